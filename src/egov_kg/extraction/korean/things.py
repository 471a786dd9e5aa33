"""From Korean names to things: what is known, what the text defines, what points back, what is new."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.gazetteer import Gazetteer, Hit, Name, class_of
from egov_kg.extraction.korean.particles import particle_at
from egov_kg.extraction.korean.sheet import UNKNOWN, Found
from egov_kg.extraction.korean.words import Words
from egov_kg.extraction.resolution import family
from egov_kg.extraction.tokens import fold, is_korean, tokens
from egov_kg.model import Block, Thing
from egov_kg.values import value

__all__ = ["CONTEXT", "Memory", "Seen"]

CONTEXT: Final = "@context"
"""Stands for an id: what the sentence before was about."""
_GROUPS: Final = tuple(sorted({family(cls) for cls in vocab.CLASSES}))
_BLOCK: Final = 6
"""How many sentences a text goes on about a body without naming it."""
_FAR: Final = 3
"""How many sentences back "이 계획" may look."""


@value
class Seen:
    """A thing that the text named: in which sentence, in which role, and where."""

    thing: Thing
    sentence: int
    topic: bool
    place: int = 0
    marked: bool = False


@dataclass
class Memory:
    """What a document has named so far in Korean.

    Attributes:
        draft: The document's draft.
        words: The word tables.
        gazetteer: The known names.
        sentence: The number of the sentence.
        place: The code of the country that the sentence speaks of, where it is not the document's; or empty.
        aliases: Short names that the document defines.
        unknown: The things of names without a telling noun.
        seen: What was named, in order.
        groups: The lists of named things, each with its sentence and its place.
        subject: The body that the title of the document names: what a page about it leaves unsaid is about it.
        context: What the sentence before was about, inside one block.
        block: The block that is read.
        last_name: The body under the name that the last chain of names ended with.
    """

    draft: Draft
    words: Words
    gazetteer: Gazetteer
    sentence: int = 0
    place: str = ""
    aliases: dict[str, Thing] = field(default_factory=dict)
    unknown: dict[str, Thing] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    groups: list[tuple[int, int, tuple[Thing, ...]]] = field(default_factory=list)
    last_name: Thing | None = None
    subject: Thing | None = None
    context: Thing | None = None
    block: Block | None = None

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield the known names in a sentence that may be meant in this document, its own short names among them."""
        resolver = self.draft.resolver
        for alias in sorted(self.aliases, key=lambda a: (-len(a), a)):
            place = text.find(alias)
            while place >= 0:
                end = place + len(alias)
                before = text[place - 1 : place]
                if not re.match(r"[가-힣A-Za-z0-9]", before) and particle_at(text, end, alias[-1]) is not None:
                    thing = self.aliases[alias]
                    yield Hit(place, end, thing.id, Name(thing.id, alias, "ko", "alt", "particle", "-", "document"))
                place = text.find(alias, end)
        for hit in self.gazetteer.find(text, tokens(text)):
            if hit.name.kind == "former" and hit.thing.startswith(("agency/", "law/")):
                # a body under an earlier name is a body of its own, and a law is told by the title that it had
                continue
            if not resolver.applies(hit.thing) or (hit.name.needs != "-" and hit.name.name not in resolver.acronyms):
                continue
            if hit.thing.startswith(("agency/", "person/")) and re.match(r"[A-Za-z0-9]", text[hit.end : hit.end + 1]):
                continue
            yield hit

    def note(self, thing: Thing, *, topic: bool, place: int = 0, marked: bool = False) -> None:
        """Remember that a thing was named."""
        self.seen.append(Seen(thing, self.sentence, topic, place, marked))

    def thing(self, found: Found, cls: str = "") -> Thing | None:
        """Return what a name stands for; None for a description, and for a name whose class is open.

        Args:
            found: The name.
            cls: The class of a name without a telling noun, where the verb decides it.
        """
        resolver = self.draft.resolver
        if found.known == CONTEXT:
            return self.context
        if found.known:
            own = next((t for t in self.aliases.values() if t.id == found.known), None)
            return resolver.keep(own) if own is not None else resolver.known(found.known, None, found.name)
        if found.cls == "egov:Person":
            return self._person(found.name)
        if found.cls == "egov:Administration":
            return self._administration(found)
        if found.cls == "egov:Country":
            return resolver.country(found.country)
        if found.head == "정부" and found.cls == "egov:Agency":
            return self._government(found.country)
        if found.cls == UNKNOWN:
            return self._unknown(found, cls)
        if found.bare:
            if found.det:
                return self.antecedent(found)
            # "위원회는", "개발원은": the body whose name ends so
            if (
                vocab.is_subclass(found.cls, "egov:Body")
                and found.role in ("topic", "subject")
                and found.name == found.head
            ):
                return self.body_ending(found.name)
            return None
        return self._made(found.cls, found)

    def _made(self, cls: str, found: Found) -> Thing:
        resolver = self.draft.resolver
        if found.count and (told := self._set(found)) is not None:
            return told
        lang = "ko" if is_korean(found.name) else "en"
        jurisdiction = found.country or self.place or None
        known = resolver.by_name.get((family(cls), fold(found.name)))
        if known is not None and (not jurisdiction or known.id.split("/")[1] in (jurisdiction, "int")):
            return known
        if not jurisdiction and (row := self._row(cls, found.name)) is not None:
            return resolver.known(row, None, found.name)
        if jurisdiction and not vocab.is_subclass(cls, "egov:Concept") and cls != "egov:Document":
            thing = resolver.make(cls, found.name, jurisdiction=jurisdiction, lang=lang)
        else:
            thing = resolver.make(cls, found.name, lang=lang)
        resolver.by_name.setdefault((family(cls), fold(found.name)), thing)
        return thing

    def _set(self, found: Found) -> Thing | None:
        """Return the set of that number and kind that a short name points back to: "11대 과제" for "11대 중점과제"."""
        short = f"{found.count}대{found.head}"
        if fold(found.name) != fold(short):
            return None
        near = {
            s.thing.id: s.thing
            for s in self.seen
            if f"{found.count}대" in fold(s.thing.label)
            and fold(s.thing.label).endswith(found.head)
            and family(s.thing.cls) == family(found.cls)
        }
        return next(iter(near.values())) if len(near) == 1 else None

    def _row(self, cls: str, name: str) -> str | None:
        """Return the one known thing of a name, class and jurisdiction that fit here; None where several do."""
        rows = {
            n.thing
            for n in self.gazetteer.named(name)
            if n.lang == "ko"
            and n.kind != "former"
            and self.draft.resolver.applies(n.thing)
            and family(class_of(n.thing)) == family(cls)
        }
        return next(iter(rows)) if len(rows) == 1 else None

    def _unknown(self, found: Found, cls: str) -> Thing | None:
        key = fold(found.name)
        if key not in self.unknown:
            for group in _GROUPS:
                thing = self.draft.resolver.by_name.get((group, key))
                if thing is not None and not vocab.is_subclass(thing.cls, "egov:Concept"):
                    self.unknown[key] = thing
                    break
        if key not in self.unknown and cls:
            self.unknown[key] = self._made(cls, found)
        return self.unknown.get(key)

    def _person(self, name: str) -> Thing:
        resolver = self.draft.resolver
        known = resolver.person(name)
        if known.lang == "ko" or known.label != name:
            return known
        thing = Thing(known.id, "egov:Person", name, "ko")
        resolver.things[known.id] = thing
        resolver.by_name[("egov:Person", fold(name))] = thing
        return thing

    def _administration(self, found: Found) -> Thing:
        resolver = self.draft.resolver
        person = self._person(found.name)
        known = resolver.administration_of(person)
        if person.lang == "ko":
            thing = Thing(known.id, "egov:Administration", f"{found.name} {found.head}", "ko")
            if resolver.things[known.id].lang != "ko":
                resolver.things[known.id] = thing
            return resolver.things[known.id]
        return known

    def _government(self, code: str) -> Thing | None:
        resolver = self.draft.resolver
        code = code or self.place or resolver.jurisdiction
        if code == "int" or code not in self.words.country_of:
            return None
        return resolver.government_of(resolver.country(code))

    def group(self, found: Found) -> tuple[Thing, ...]:
        """Return what "이들 법률" means: the things that a list just before named; nothing where there is none."""
        for sentence, place, things in reversed(self.groups):
            if self.sentence - sentence > 1 or (sentence == self.sentence and place > found.start):
                continue
            if all(family(t.cls) == family(found.cls) for t in things):
                return things
        return ()

    def antecedent(self, found: Found) -> Thing | None:
        """Return what "이 계획", "동 위원회" mean: the nearest thing with that noun, else of that class."""
        if found.head in ("기관", "기구", "조직"):
            return self.last_body()
        for kinship in (self._same_head, self._same_class):
            for seen in reversed(self.seen):
                if self.sentence - seen.sentence > _FAR:
                    break
                if seen.sentence == self.sentence and seen.place > found.start:
                    continue
                if kinship(found, seen.thing):
                    return seen.thing
        return None

    @staticmethod
    def _same_head(found: Found, thing: Thing) -> bool:
        return family(thing.cls) == family(found.cls) and fold(thing.label).endswith(found.head)

    @staticmethod
    def _same_class(found: Found, thing: Thing) -> bool:
        return thing.cls == found.cls and not vocab.is_subclass(found.cls, "egov:Body")

    def last_topic_body(self, *, marked: bool = False) -> Thing | None:
        """Return the body that the sentence before this one was about; None where it was about none.

        Args:
            marked: Whether the particle of a topic must say so: "X는", and not "X가".
        """
        for seen in reversed(self.seen):
            if self.sentence - seen.sentence > 1:
                return None
            if seen.topic and seen.sentence < self.sentence and (seen.marked or not marked):
                return seen.thing if vocab.is_subclass(seen.thing.cls, "egov:Body") else None
        return None

    def by_now(self, thing: Thing) -> Thing:
        """Return a body under the name that the text gave it last: who heads it now heads that one."""
        for _ in range(_BLOCK):
            new = [
                f.object
                for f in self.draft.facts
                if f.property == "egov:renamedTo" and f.subject.id == thing.id and isinstance(f.object, Thing)
            ]
            if len({t.id for t in new}) != 1 or new[0].id == thing.id:
                break
            thing = new[0]
        return thing

    def topic_of_block(self, *, undertaking: bool = False) -> Thing | None:
        """Return the body, or undertaking, that the text was about last, a few sentences ago, by a topic's particle."""
        for seen in reversed(self.seen):
            if self.sentence - seen.sentence > _BLOCK:
                return None
            if seen.marked and (
                _is_body(seen.thing) or (undertaking and vocab.is_subclass(seen.thing.cls, "egov:Undertaking"))
            ):
                return seen.thing
        return None

    def body_ending(self, ends: str) -> Thing | None:
        """Return the one body named in the last sentences whose name ends so; None where there are several."""
        near: dict[str, Thing] = {}
        for seen in reversed(self.seen):
            if self.sentence - seen.sentence > _FAR:
                break
            if _is_body(seen.thing) and self._named_so(seen.thing, ends):
                near[seen.thing.id] = seen.thing
        if len(near) > 1:
            # the last one that a sentence was about
            last = next((s for s in reversed(self.seen) if s.topic and s.thing.id in near), None)
            if last is not None and self.sentence - last.sentence <= 1:
                return last.thing
            told = self.topic_of_block()
            return told if told is not None and told.id in near else None
        if near:
            return next(iter(near.values()))
        far = {s.thing.id: s.thing for s in self.seen if self._named_so(s.thing, ends) and _is_body(s.thing)}
        return next(iter(far.values())) if len(far) == 1 else None

    def _named_so(self, thing: Thing, ends: str) -> bool:
        names = [thing.label, *(n.text for n in self.draft.labels.get(thing.id, ()))]
        return any(n.endswith(ends) and not n.endswith("정부") for n in names)

    def last_body(self) -> Thing | None:
        """Return the body that the text spoke of last, as its topic; None where it is open."""
        for seen in reversed(self.seen):
            if vocab.is_subclass(seen.thing.cls, "egov:Body"):
                return seen.thing
        return None


def _is_body(thing: Thing) -> bool:
    return vocab.is_subclass(thing.cls, "egov:Body")
