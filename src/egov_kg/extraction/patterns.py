"""What a sentence names: known names and the typed patterns of the genre, the longest of those that overlap.

The typed patterns carry the genre to another country: a noun phrase with the right head is a plan, an act or a
ministry, whoever it belongs to. Nothing here knows a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from egov_kg import vocab
from egov_kg.extraction.coined import find_coined
from egov_kg.extraction.foreign import find_foreign
from egov_kg.extraction.gazetteer import Gazetteer, Hit, longest_hits
from egov_kg.extraction.headed import find_headed, finish
from egov_kg.extraction.laws import find_norms, with_number
from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.mentions import Mention, Reading, acronym_fits
from egov_kg.extraction.persons import find_people
from egov_kg.extraction.places import find_countries, find_governments, place_of
from egov_kg.extraction.quoted import find_long_titles, find_quoted
from egov_kg.extraction.scan import Scan
from egov_kg.extraction.tokens import Token, singular
from egov_kg.values import replace

__all__ = ["Mention", "Reading", "Sentence", "acronym_fits", "read_sentence"]


class Sentence:
    """A sentence whose typed patterns have been found, for reading with one list of known names after another.

    Attributes:
        scan: Its words.
        hits: The known names that it has been read with last, whether or not what they need is there.
    """

    def __init__(  # noqa: PLR0917 - each is a different thing
        self,
        text: str,
        start: int,
        end: int,
        lexicon: Lexicon,
        words: Sequence[Token] | None = None,
        years: tuple[str, str] = ("", ""),
        place: str = "",
    ) -> None:
        """Scan a sentence.

        Args:
            text: The view.
            start: Where the sentence begins there.
            end: Where it ends, half-open.
            lexicon: The word tables.
            words: Its words, if they are known already.
            years: The year that the text named last before it, and the one that its line begins with; empty for none.
            place: The code of the country that its heading or its paragraph speaks of, as in `Mention.place`.
        """
        scan = self.scan = Scan(text, start, end, lexicon, words, years)
        strong = [m for m in find_people(scan) if not scan.is_cited(m.start)]
        taken = [(m.start, m.end) for m in strong] + scan.cited
        if taken:
            scan.strong = frozenset(t.start for t in scan.words if any(a <= t.start < b for a, b in taken))
        headed = [m for one in find_headed(scan) if (m := with_number(scan, one)) is not None]
        headed = [_with_acronym_before(scan, m) for m in headed]
        found: list[Mention] = [*headed, *find_coined(scan), *find_foreign(scan)]
        titles = find_long_titles(scan)
        if titles:
            found = [m for m in found if not any(a < m.start < b or a < m.end < b for a, b in titles)]
        self._typed: list[Mention] = [*strong, *find_norms(scan), *found, *find_quoted(scan)]
        self._places = [*find_countries(scan), *find_governments(scan)]
        self.place = place_of(scan) or place
        self.hits: tuple[Hit, ...] = ()
        self._read: tuple[tuple[Hit, ...], Reading] | None = None
        self._gazetteer: Gazetteer | None = None
        self._candidates: list[Hit] = []

    def read(self, gazetteer: Gazetteer, defined: Collection[str] = ()) -> Reading:
        """Return what the sentence names, given what is known by name.

        Args:
            gazetteer: The known names.
            defined: Names and acronyms that the document itself defines; a known name that ``needs`` a definition
                counts only then.
        """
        scan = self.scan
        if gazetteer is not self._gazetteer:
            # What was read before lies below what the document defines.
            below = self._candidates if gazetteer.below is self._gazetteer is not None else None
            self._candidates = gazetteer.candidates(scan.text, scan.words, scan.roots, below)
            self._gazetteer, self.hits = gazetteer, longest_hits(self._candidates)
        usable = tuple(h for h in self.hits if self._may_count(h, defined))
        if self._read is None or self._read[0] != usable:
            self._read = (usable, self._reading(usable, gazetteer))
        return self._read[1]

    def _may_count(self, hit: Hit, defined: Collection[str]) -> bool:
        """Whether what a known name needs is there, and it stands in no citation."""
        needs = hit.name.needs
        if needs.startswith("near:"):
            near = f"egov:{needs.removeprefix('near:')}"
            others = (*self._typed, *self._places)
            if not any(vocab.is_subclass(m.cls, near) and not m.start <= hit.start < m.end for m in others):
                return False
        return (needs != "defined" or hit.name.name in defined) and not self.scan.is_cited(hit.start)

    def _reading(self, hits: Sequence[Hit], gazetteer: Gazetteer) -> Reading:
        scan = self.scan
        known = list(_known(scan, hits, gazetteer))
        outer, inner = _longest([*self._typed, *known, *self._places])
        if self.place:
            outer, inner = _placed(outer, self.place), _placed(inner, self.place)
        outer = tuple(_as_listed(m, scan.text[scan.start : m.start]) for m in outer)
        bound = {t for m in outer for t in m.times}
        inside = [(m.name_start, m.name_end) for m in outer]
        times = tuple(t for t in scan.times if t not in bound and not any(a <= t.start < b for a, b in inside))
        return Reading(scan.text, scan.start, scan.end, scan.words, outer, inner, times, scan.works)


def read_sentence(  # noqa: PLR0917 - each is a different thing
    text: str, start: int, end: int, lexicon: Lexicon, gazetteer: Gazetteer, defined: Collection[str] = ()
) -> Reading:
    """Return what a stretch of a view names.

    Args:
        text: The view.
        start: Where the stretch (a sentence, a row, a note) begins.
        end: Where it ends.
        lexicon: The word tables.
        gazetteer: The known names.
        defined: Names and acronyms that the document itself defines; a known name that ``needs`` a definition counts
            only then.
    """
    return Sentence(text, start, end, lexicon).read(gazetteer, defined)


# What parts an acronym, as the first word, from its name in a list
_STANDS_FOR = frozenset(["-", "\u2013", "\u2014", ":", "="])


def _with_acronym_before(scan: Scan, mention: Mention) -> Mention:
    """Return a name with the acronym in front: "SITA, the State Technology Agency", "DPA - Data Ports Act"."""
    if mention.acronym or mention.thing or mention.is_bare or len(mention.name.split()) < 2:
        return mention
    k = next((i for i, w in enumerate(scan.words) if w.start == mention.start), 0)
    if k < 2 or not (
        (scan.lows[k - 1] == "," and mention.det == "the" and len(mention.name.split()) > 2)
        or (k == 2 and scan.lows[1] in _STANDS_FOR)
    ):
        return mention
    word = scan.words[k - 2]
    if sum(c.isupper() for c in word.text) < 2 or not acronym_fits(word.text, mention.name):
        return mention
    return replace(mention, start=word.start, acronym=word.text)


_POLICIES = re.compile(r"\b(?:policies|plans|strategies|masterplans)\b,?\s(?:such\sas|including|namely)\s[^.;]*$")


def _as_listed(mention: Mention, before: str) -> Mention:
    """Return a mention as what its list says that it is: an infrastructure among "policies such as" is a policy."""
    if mention.thing or mention.cls not in ("egov:InformationSystem", "egov:Project") or not _POLICIES.search(before):
        return mention
    return replace(mention, cls="egov:Plan")


def _known(scan: Scan, hits: Sequence[Hit], gazetteer: Gazetteer) -> Iterable[Mention]:
    """Yield the known names of a sentence as mentions."""
    if not hits:
        return
    places = {t.start: i for i, t in enumerate(scan.words)}
    ends = {t.end: i + 1 for i, t in enumerate(scan.words)}
    for hit in hits:
        start, end = hit.start, hit.end
        cls = gazetteer.class_of(hit.thing)
        if start in places and end in ends:
            begin, stop = places[start], ends[end]
            head = singular(scan.lows[stop - 1])
            mention = finish(scan, begin, stop, cls, head if scan.lexicon.head_at((head,)) else "", "name", hit.thing)
            if mention.names:
                mention = replace(mention, thing="")
            yield replace(mention, name=gazetteer.label(hit.thing) or mention.name) if not mention.count else mention
        else:
            label = gazetteer.label(hit.thing) or gazetteer.label(hit.thing, "ko") or hit.name.name
            yield Mention(start, end, cls, label, start, end, thing=hit.thing, pattern="name")


def _placed(mentions: Iterable[Mention], place: str) -> tuple[Mention, ...]:
    return tuple(m if m.country or m.thing or m.is_bare else replace(m, place=place) for m in mentions)


def _longest(found: Iterable[Mention]) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """Return the mentions that no longer one covers, and those inside them."""
    ordered = sorted(
        found, key=lambda m: (m.cls != "egov:Administration", -(m.end - m.start), m.start, not m.thing, m.cls)
    )
    outer: list[Mention] = []
    inner: list[Mention] = []
    for mention in ordered:
        clash = next((o for o in outer if mention.start < o.end and o.start < mention.end), None)
        if clash is None:
            outer.append(mention)
        elif clash.name_start <= mention.name_start and mention.name_end <= clash.name_end:
            same = clash.name_start == mention.name_start and clash.name_end == mention.name_end
            if same and mention.thing and not clash.thing and not vocab.disjoint(mention.cls, clash.cls):
                outer[outer.index(clash)] = replace(clash, thing=mention.thing, name=mention.name)
            elif same and clash.thing and (mention.number or mention.alias) and not clash.number:
                # a known norm keeps the number, the date and the other name that stand with it here
                outer[outer.index(clash)] = replace(
                    clash, number=mention.number, times=clash.times or mention.times, alias=clash.alias or mention.alias
                )
            elif not same and not (mention.number and clash.number):
                inner.append(mention)
    return tuple(sorted(outer, key=lambda m: m.start)), tuple(sorted(inner, key=lambda m: m.start))
