"""Lists of laws: what an entry says, in fragments without subject, of the law that it begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.errors import DataFileError
from egov_kg.extraction.definitions import read_definitions
from egov_kg.extraction.headings import in_small_letters
from egov_kg.extraction.lexicon import read_toml
from egov_kg.extraction.mentions import Reading
from egov_kg.extraction.named import Named
from egov_kg.extraction.narrative import Narrator
from egov_kg.extraction.word_lists import WordList
from egov_kg.model import Block, Thing, TimeValue, Value

__all__ = ["ENTRY_WORDS", "Fragment", "LegalList", "read_fragments"]

ENTRY_WORDS: Final = ("entry.refused", "entry.goes-on", "entry.several", "entry.amendments")
"""The lists of words of the file."""

_DATE: Final = "\ue000"
_LAW: Final = "\ue001"
_KEYS: Final = frozenset({"id", "words", "property", "inverse", "example", "counter"})
# "The Seals Amendment Act entered into force": a law directly before the words is another subject than the entry's.
_OTHER_SUBJECT = re.compile(rf"{_LAW}\s(?:was\s|is\s)?$")
# Act 24 of 2019; No. 24 of 2019; Act No. 6439; Law No. 63/2012
_NUMBER_ALONE = re.compile(
    r"[\s(\[]*(?:(?:Act|Law|Ordinance)\s(?:No\.?\s?)?|No\.?\s?)(?P<number>\d{1,6}(?:[/-]\d{1,6})?)(?:\sof\s(?P<year>(?:19|20)\d\d))?[\s.)\]]*",
    re.IGNORECASE,
)
LONGEST_LINE: Final = 160
"""A longer line below a heading is text."""
NEAR: Final = 4
"""An entry begins with its law: so many characters may stand before the name."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words without subject that say something of the law of an entry.

    Attributes:
        id: The rule's id.
        pattern: What the words look like where dates and laws are one private-use character each.
        property: What is said.
        takes_law: Whether the object is another law, else a date.
        inverse: Whether the other law is the subject.
        examples: Entries, with the facts taken from them as ``subject | property | object``.
        counters: Entries, with the reason why nothing is taken.
    """

    id: str
    pattern: re.Pattern[str]
    property: str
    takes_law: bool
    inverse: bool
    examples: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    counters: tuple[tuple[tuple[str, ...], str], ...]


class _Mark(NamedTuple):
    start: int
    end: int
    value: Thing | TimeValue


def read_fragments(path: Path) -> tuple[Fragment, ...]:
    """Return the fragments of a file.

    Raises:
        DataFileError: If one has an unknown key or property, no slot or two, or lacks an example.
    """
    fragments = [_fragment(path, raw) for raw in read_toml(path).get("fragment", [])]
    names = [fragment.id for fragment in fragments]
    for name in names:
        if names.count(name) > 1:
            raise DataFileError(path, 0, f"the id {name!r} stands twice")
    return tuple(fragments)


def _fragment(path: Path, raw: Mapping[str, object]) -> Fragment:
    name = str(raw.get("id", "a [[fragment]] without id"))
    if unknown := sorted(set(raw) - _KEYS):
        raise DataFileError(path, 0, f"{name}: unknown keys {', '.join(unknown)}")
    words, prop = str(raw.get("words", "")), str(raw.get("property", ""))
    if words.count("{date}") + words.count("{law}") != 1 or not words.endswith("}"):
        raise DataFileError(path, 0, f"{name}: words end with one slot, {{date}} or {{law}}")
    if prop not in vocab.OBJECT_PROPERTIES:
        raise DataFileError(path, 0, f"{name}: unknown property {prop!r}")
    example, counter = raw.get("example"), raw.get("counter")
    if not isinstance(example, dict) or not isinstance(counter, dict):
        raise DataFileError(path, 0, f"{name}: needs an example and a counter")
    return Fragment(
        name,
        _compiled(words),
        prop,
        "{law}" in words,
        bool(raw.get("inverse", False)),
        ((tuple(example["entries"]), tuple(example["facts"])),),
        ((tuple(counter["entries"]), str(counter["why"])),),
    )


def _compiled(words: str) -> re.Pattern[str]:
    """Return the pattern of words: an optional part takes the space before it along."""
    pattern = re.sub(r" (\((?:[^()]|\([^()]*\))*\))\?", r"(?: \1)?", words)
    pattern = pattern.replace("{date}", _DATE).replace("{law}", f"(?:the )?{_LAW}")
    return re.compile(r"\b" + pattern.replace(" ", r"\s"), re.IGNORECASE)


@dataclass
class LegalList:
    """Reads the entries of lists of laws in one document.

    Attributes:
        narrator: Where names are resolved and facts go.
        fragments: What entries may say.
        words: The lists of words around fragments, by id.
    """

    narrator: Narrator
    fragments: Sequence[Fragment]
    words: Mapping[str, WordList]
    _above: tuple[Named, Block] | None = field(default=None, repr=False)
    _headed: tuple[Named, Block] | None = field(default=None, repr=False)
    _page: tuple[Named, Block] | None = field(default=None, repr=False)
    _amending: bool = field(default=False, repr=False)
    _country: tuple[Thing, Block] | None = field(default=None, repr=False)

    def head(self, block: Block) -> None:
        """Take notice of a heading: below one that is a law, lines without subject speak of that law.

        Entries below one that is a country, and nothing else, are laws of that country.
        """
        resolver = self.narrator.resolver
        country = resolver.lexicon.country_names.get(tuple(block.view.text.casefold().strip(" .:").split()))
        self._country = (resolver.country(country[0]), block) if country else None
        if self._headed is not None and self.read_number(block):
            return
        self._amending = self.words["entry.amendments"].marks(block.view.text)
        self._above = self._headed = None
        if self.words["entry.several"].marks(block.view.text):
            return
        named = in_small_letters(block)
        marks = [m for m in self._marks(self.narrator.readings(named)) if isinstance(m.value, Thing)]
        rest = marks[0].end if marks else 0
        if marks and marks[0].start <= NEAR and not block.view.text[rest:].strip(" .,()[]"):
            self._headed = (Named(marks[0].value, marks[0].start, rest), block)  # type: ignore[arg-type]
            self._page = self._page or self._headed
            for reading in self.narrator.readings(named):
                read_definitions(self.narrator, named, reading)

    def read(self, block: Block) -> None:
        """Take in what an entry says of its law; one below another speaks of that one's."""
        readings = list(self.narrator.readings(block))
        marks = list(self._marks(readings))
        lead = next((m for m in marks if isinstance(m.value, Thing)), None)
        text = block.view.text
        named: Named | None = None
        owner = block
        # every fragment ends with a date or a law
        encoded, places = _encoded(text, marks) if marks else ("", [])
        if marks and self._headed is not None and self._speaks_of_heading(encoded):
            named, owner = self._headed
        elif (
            lead is not None
            and lead.start <= NEAR
            and isinstance(lead.value, Thing)
            and (not text[lead.end :].strip() or self.words["entry.goes-on"].marks(text[lead.end :]))
        ):
            named = Named(lead.value, lead.start, lead.end)
            self._of_country(named, block)
            self._of_page(named, block)
            if not _is_below(block):
                self._above = (named, block)
        elif _is_below(block) and self._above is not None:
            named, owner = self._above
        elif not _is_below(block):
            self._above = None
        if named is not None and marks:
            self._tell(named, owner, block, (encoded, places, marks))

    def remark(self, cell: Block, named: Named, owner: Block) -> None:
        """Take in what a cell says, in fragments without subject, of the law that its row is about."""
        marks = list(self._marks(self.narrator.readings(cell))) if named.thing.cls == "egov:Law" else []
        if marks:
            self._tell(named, owner, cell, (*_encoded(cell.view.text, marks), marks))
            if any(mark.value == named.thing for mark in marks):
                # "replaced the Information Act No. 50/1996": another act of that title, and not its number
                return
            for reading in self.narrator.readings(cell):
                read_definitions(self.narrator, cell, reading)

    def _tell(self, named: Named, owner: Block, block: Block, read: tuple[str, list[int], Sequence[_Mark]]) -> None:
        encoded, places, marks = read
        for fragment in self.fragments:
            for match in fragment.pattern.finditer(encoded):
                before = encoded[max(0, match.start() - 40) : match.start()]
                if _OTHER_SUBJECT.search(before):
                    continue
                if self.words["entry.refused"].marks(before):
                    self.narrator.draft.refused(self.narrator.draft.spans(block), "refused", fragment.id)
                    continue
                mark = next(m for m in marks if m.start == places[match.end() - 1])
                self._emit(fragment, named, owner, block, places[match.start()], mark)

    def _of_page(self, law: Named, block: Block) -> None:
        """Take in that a law of the list below "Amendments" amends the law that the page is about."""
        if self._page is None or not self._amending or block.kind != "item":
            return
        (page, title), draft = self._page, self.narrator.draft
        evidence = (*draft.spans(title), *draft.spans(block, law.start, law.end))
        draft.emit(law.thing, "egov:amends", page.thing, evidence, "heading.amendments.1")

    def _of_country(self, law: Named, block: Block) -> None:
        if self._country is None or block.kind != "item":
            return
        (country, heading), draft = self._country, self.narrator.draft
        evidence = (*draft.spans(heading), *draft.spans(block, law.start, law.end))
        draft.emit(law.thing, "egov:inJurisdiction", country, evidence, "heading.country.1")

    def _speaks_of_heading(self, encoded: str) -> bool:
        """Whether a short line has no subject of its own: it begins with a fragment, or is the law's number alone."""
        if len(encoded) > LONGEST_LINE:
            return False
        start = len(encoded) - len(encoded.lstrip(" ([-\u2022"))
        return any(fragment.pattern.match(encoded, start) for fragment in self.fragments)

    def read_number(self, block: Block) -> bool:
        """Take in a line that is the number of the law of the heading above, as "Act 24 of 2019"; return if it is."""
        match = _NUMBER_ALONE.fullmatch(block.view.text) if self._headed is not None else None
        if match is None or self._headed is None or self._headed[0].thing.cls != "egov:Law":
            return False
        (named, owner), draft = self._headed, self.narrator.draft
        evidence = (*draft.spans(owner, named.start, named.end), *draft.spans(block))
        draft.emit(named.thing, "egov:actNumber", Value(match["number"]), evidence, "heading.number.1")
        if match["year"]:
            draft.emit(named.thing, "egov:statedYear", Value(match["year"], "xsd:gYear"), evidence, "heading.number.1")
        return True

    def _emit(  # noqa: PLR0917 - each is a different thing
        self, fragment: Fragment, named: Named, owner: Block, block: Block, start: int, mark: _Mark
    ) -> None:
        draft = self.narrator.draft
        evidence = (*draft.spans(owner, named.start, named.end), *draft.spans(block, start, mark.end))
        if isinstance(mark.value, Thing) and fragment.takes_law:
            subject, other = (mark.value, named.thing) if fragment.inverse else (named.thing, mark.value)
            draft.emit(subject, fragment.property, other, evidence, fragment.id)
        elif isinstance(mark.value, TimeValue) and not fragment.takes_law and "/" not in mark.value.edtf:
            draft.emit(named.thing, fragment.property, mark.value, evidence, fragment.id)

    def _marks(self, readings: Iterable[Reading]) -> Iterator[_Mark]:
        for reading in readings:
            found: list[_Mark] = [_Mark(t.start, t.end, t.value) for t in reading.times]
            for mention in reading.mentions:
                if mention.cls in ("egov:Law", "egov:ExecutiveOrder") and not mention.is_bare:
                    things = self.narrator.things_of(mention, reading)
                    if len(things) == 1:
                        # an acronym in front is a part of what the entry begins with
                        front = mention.acronym and reading.text.startswith(mention.acronym, mention.start)
                        start = mention.start if front else mention.name_start
                        found.append(_Mark(start, mention.end, things[0]))
                elif not mention.is_bare:
                    found.extend(_Mark(t.start, t.end, t.value) for t in mention.times)
            yield from sorted(found, key=lambda m: (m.start, m.end))


def _is_below(block: Block) -> bool:
    return block.kind == "item" and block.attributes.get("level", "1") != "1"


def _encoded(text: str, marks: Sequence[_Mark]) -> tuple[str, list[int]]:
    """Return a text with one private-use character for each date and law, and the place of each character."""
    encoded: list[str] = []
    places: list[int] = []
    position = 0
    for mark in marks:
        if mark.start < position:
            continue
        encoded.append(text[position : mark.start])
        places.extend(range(position, mark.start))
        encoded.append(_LAW if isinstance(mark.value, Thing) else _DATE)
        places.append(mark.start)
        position = mark.end
    encoded.append(text[position:])
    places.extend(range(position, len(text)))
    return "".join(encoded), places
