"""What stands behind a name: brackets, a noun of its kind, an article, particles; and the country before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from egov_kg.extraction.korean.particles import Particle, particle_at, split_particle
from egov_kg.extraction.korean.sheet import UNKNOWN, Found, Sheet
from egov_kg.extraction.resolution import family
from egov_kg.values import replace

__all__ = ["finished", "outside_brackets", "with_pronouns"]

_BRACKET: Final = re.compile(r"\s?[(（](?P<in>[^()（）]{1,160})[)）]")
_ARTICLE: Final = re.compile(r"\s?제\d{1,3}조(?:의\s?\d{1,2})?(?:\s?제\d{1,2}항)?(?:\s?제\d{1,2}호)?")
_OPENING: Final = 4
"""How far from its beginning the thing may stand that an entry is about."""


def finished(sheet: Sheet, found: Found) -> Found:
    """Return a name with the brackets and the particles behind it, and the country before it."""
    outer, brackets = found.outer, []
    if found.quoted and outer > found.end + 1:
        # a bracket inside the quotation marks
        match = _BRACKET.match(sheet.text, found.end)
        if match is not None and match.end() <= outer:
            brackets.append((match.start("in"), match.end("in")))
    for _ in range(2):
        match = _BRACKET.match(sheet.text, outer)
        if match is None:
            break
        brackets.append((match.start("in"), match.end("in")))
        outer = match.end()
    last = sheet.text[found.end - 1]
    among = re.match(r"\s?등", sheet.text[outer:])
    if among and re.match(r"(?:의|이|을|은|에|으로|과|\s|,|$)", sheet.text[outer + among.end() :]):
        outer, last = outer + among.end(), "등"
    particle = None
    if found.quoted and outer < len(sheet.text):
        # ‘정부24’ 서비스를: the noun behind belongs to the name, the particle stands behind the noun
        before_noun = outer
        noun = re.match(r"\s?([가-힣]{1,10})", sheet.text[outer:])
        if noun and not brackets:
            for base, _ in split_particle(noun[1]):
                if base == found.head and found.head and not found.name.endswith(found.head):
                    outer += noun.end() - len(noun[1]) + len(base)
                    last = base[-1]
                    break
        if outer > before_noun:
            match = _BRACKET.match(sheet.text, outer)
            if match is not None:
                brackets.append((match.start("in"), match.end("in")))
                outer = match.end()
    elif found.head and not found.known and sheet.text[found.end : outer] == "" and found.cls != UNKNOWN:
        noun = re.match(rf"\s{re.escape(found.head)}", sheet.text[outer:])
        if noun and not found.name.endswith(found.head):
            outer += noun.end()
            last = found.head[-1]
    if brackets and not found.quoted and found.cls != UNKNOWN:
        # "선원증(SID) 사업은": a noun of the kind behind the brackets, the particle behind it
        behind = re.match(r"\s([가-힣]{2,8})", sheet.text[outer:])
        for base, tail in split_particle(behind[1]) if behind else ():
            kind = sheet.words.kinds.get(base, "")
            if tail and kind and family(kind) == family(found.cls):
                outer, last = outer + 1 + len(base), base[-1]
                break
    if found.cls == "egov:Technology" and (
        noun := re.match(r"\s?(?:기술|솔루션)(?=[을를이가은는과와의]|\s|로|$)", sheet.text[outer:])
    ):
        outer, last = outer + noun.end(), noun[0][-1]
    if found.cls == "egov:Law" and (article := _ARTICLE.match(sheet.text, outer)):
        outer, last = article.end(), article[0][-1]
    particle = particle_at(sheet.text, outer, last)
    if sheet.text[outer : outer + 1] in (":", "：") and found.outer_start <= _OPENING:
        particle = Particle(outer + 1, "topic", ":")
    if particle is None or (not particle.text and brackets):
        particle = particle_at(sheet.text, outer, sheet.text[outer - 1]) or particle
    country = found.country
    if not country and found.cls not in ("egov:Person", "egov:Country"):
        before = sheet.before(found.outer_start)
        if before is not None and not before.close:
            for base, tail in split_particle(before.text):
                if base in sheet.words.countries and tail in ("", "의"):
                    country = sheet.words.countries[base]
                    break
    return replace(
        found,
        bare=found.bare and not _telling(sheet.text, brackets),
        outer=outer,
        brackets=tuple(brackets),
        particle=particle or Particle(outer, "", ""),
        country=country,
    )


def outside_brackets(found: list[Found]) -> Iterator[Found]:
    """Yield the names that stand in no brackets of another, and no country that merely opens the name behind it."""
    inside = [b for f in found for b in f.brackets]
    for i, item in enumerate(found):
        if any(a <= item.start < b for a, b in inside):
            continue
        if i and found[i - 1].outer_start < item.start < found[i - 1].outer and found[i - 1].body is None:
            continue
        following = found[i + 1] if i + 1 < len(found) else None
        if (
            item.cls == "egov:Country"
            and item.role in ("", "of")
            and following is not None
            and following.country == item.country
            and following.outer_start - item.particle.end <= 2
        ):
            continue
        yield item


_IT: Final = re.compile(r"(?<![가-힣])이를(?=\s(?:대체|폐지|계승|이어받|흡수|통합|운영|관리|인수|승계))")


def with_pronouns(text: str, found: tuple[Found, ...]) -> tuple[Found, ...]:
    """Return the names with the topic once more where "이를" stands for it: "A는 …, B가 이를 대체하였다"."""
    match = _IT.search(text)
    if match is None:
        return found
    before = [f for f in found if f.particle.end <= match.start()]
    topic = next((f for f in before if f.role == "topic"), None)
    if topic is None or not any(f.role == "subject" and f.start > topic.start for f in before):
        return found
    place = match.start()
    again = replace(
        topic, start=place, end=place + 1, outer_start=place, outer=place + 1, brackets=(), quoted=False,
        particle=Particle(match.end(), "object", "를"),
    )  # fmt: skip
    return tuple(sorted((*found, again), key=lambda f: f.start))


def _telling(text: str, brackets: list[tuple[int, int]]) -> bool:
    """Return whether brackets show that the words before them are a name: they hold an acronym or a foreign name."""
    return any(
        re.match(r"[A-Z][A-Za-z0-9]|[\u2018'\"]?이하|약칭|(?:19|20)\d\d\s?[~-]|[a-z0-9-]+\.[a-z.]{2,}$", text[a:b])
        for a, b in brackets
    )
