"""The extractor: one document at a time, in two readings; the first learns its names, the second takes in its facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from egov_kg import vocab
from egov_kg.collecting import no_collecting
from egov_kg.documents.fields import field
from egov_kg.documents.mapping import TableMapping
from egov_kg.extraction.arguments import Arguments, read_arguments
from egov_kg.extraction.bare_entries import read_bare_entry
from egov_kg.extraction.bibliography import (
    FieldRule,
    part_of,
    read_about,
    read_credit,
    read_field,
    read_field_rules,
    read_language,
)
from egov_kg.extraction.columns import ColumnRules, read_column_rules
from egov_kg.extraction.datelines import without_dateline
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.frames import Frames, read_frames
from egov_kg.extraction.gazetteer import Gazetteer, read_gazetteer
from egov_kg.extraction.jurisdictions import count_countries, main_country
from egov_kg.extraction.korean import Grammar, KoreanText, read_grammar
from egov_kg.extraction.languages import is_foreign
from egov_kg.extraction.learning import Sentences, learn
from egov_kg.extraction.legal_lists import ENTRY_WORDS, Fragment, LegalList, read_fragments
from egov_kg.extraction.lexicon import Lexicon, read_lexicon
from egov_kg.extraction.narrative import Named, Narrator
from egov_kg.extraction.notes import (
    anchor_of,
    body_of,
    keep_listed_missions,
    read_mission,
    read_note,
    read_works,
    speaks_of_missions,
)
from egov_kg.extraction.records import RecordReader
from egov_kg.extraction.registry import Registry, read_registry
from egov_kg.extraction.remedies import match_remedies
from egov_kg.extraction.resolution import Resolver
from egov_kg.extraction.rules import RuleSet, read_rules
from egov_kg.extraction.series import follow_series
from egov_kg.extraction.stages import read_row, read_stage
from egov_kg.extraction.table_rows import DataSheets, TableRows, parts_of_row
from egov_kg.extraction.tokens import fold, sentences
from egov_kg.extraction.unification import unified
from egov_kg.extraction.word_lists import WordList, read_word_lists
from egov_kg.model import Block, Document, Extraction, Thing, Value, View

__all__ = ["Extractor", "load_extractor"]


LONGEST_PAUSE: Final = 1_000_000
"""Characters of a document up to which cycles may wait until it is read."""


@dataclass(frozen=True)
class Extractor:
    """Turns documents into facts; deterministic, offline, without a model.

    Attributes:
        gazetteer: The known names.
        lexicon: The word tables.
        rules: The relation rules.
        frames: What verbs say, whatever the syntax.
        arguments: What studies argue.
        fields: What each field of a record says.
        columns: What the headers of a table say.
        fragments: What an entry of a legal list says.
        entry_words: The lists of words around fragments.
        registry: Where ids come from.
        korean: The Korean word tables and rules.
        gazetteers: The folders with names that a user adds to ours.
    """

    gazetteer: Gazetteer
    lexicon: Lexicon
    rules: RuleSet
    frames: Frames
    arguments: Arguments
    fields: Mapping[str, FieldRule]
    columns: ColumnRules
    fragments: tuple[Fragment, ...]
    entry_words: Mapping[str, WordList]
    registry: Registry
    korean: Grammar
    gazetteers: tuple[Path, ...] = ()

    def extract(self, document: Document) -> Extraction:
        """Return the facts of a document, in reading order, each with evidence and the id of its rule."""
        with no_collecting() if len(document.text) <= LONGEST_PAUSE else nullcontext():
            return _Reader(self, document).read()

    def extract_all(self, documents: Iterable[Document]) -> tuple[Extraction, ...]:
        """Return the facts of several documents, sorted by document; a thing has one class and one label in all.

        The result does not depend on the order of the documents.
        """
        found = sorted((self.extract(d) for d in documents), key=lambda e: e.document.id)
        return unified(found)


def load_extractor(data: Path, gazetteers: Sequence[Path] = ()) -> Extractor:
    """Return an extractor over the tables and rules of a data folder.

    Args:
        data: The folder that holds ``gazetteer``, ``rules`` and, if anything was released, ``registry.tsv``.
        gazetteers: Folders with further tables of names; what a later one says of a name goes before the earlier ones.

    Raises:
        DataFileError: If a table or a rule is wrong; with file and line.
    """
    lexicon = read_lexicon(data / "rules")
    return Extractor(
        read_gazetteer(data / "gazetteer", *gazetteers),
        lexicon,
        read_rules(data / "rules", lexicon),
        read_frames(data / "rules" / "en" / "frames.toml", lexicon),
        read_arguments(data / "rules" / "en" / "arguments.toml", lexicon),
        read_field_rules(data / "rules" / "fields.toml"),
        read_column_rules(data / "rules" / "columns.toml"),
        read_fragments(data / "rules" / "en" / "legal_lists.toml"),
        read_word_lists(data / "rules" / "en" / "legal_lists.toml", ENTRY_WORDS),
        read_registry(data / "registry.tsv"),
        read_grammar(data / "rules", lexicon.countries),
        tuple(gazetteers),
    )


# "To deliver services that people trust": what stands below "Our mission"
_MISSION = re.compile(r"\s*[Tt]o\s[a-z]+\s(?!\S*ed\s)[^.]{10,300}\.?\s*\Z")


class _Reader:
    """Reads one document."""

    def __init__(self, extractor: Extractor, document: Document) -> None:
        self.extractor, self.document = extractor, document
        self.sentences = Sentences(document, extractor.lexicon)
        countries = count_countries(document, self.sentences.words, extractor.lexicon)
        # The country that the text speaks of; where it names none clearly, that of the site.
        spoken = main_country(document, countries)
        self.jurisdiction = spoken if spoken != "int" else document.metadata.get("jurisdiction", "int")
        resolver = Resolver(extractor.registry, extractor.gazetteer, extractor.lexicon, self.jurisdiction)
        resolver.countries = frozenset(countries)
        # Names of countries that the document does not speak of are not even seen.
        self.gazetteer = extractor.gazetteer.over((), hidden=lambda thing: not resolver.applies(thing))
        resolver.gazetteer = self.gazetteer
        identifier = document.metadata.get("work") or document.id
        title = document.metadata.get("title") or _title(document) or document.source
        work = resolver.keep(Thing(extractor.registry.current(identifier), "egov:Document", title))
        self.draft = Draft(document, resolver, work)

    def read(self) -> Extraction:
        gazetteer, defined = learn(self.sentences, self.draft.resolver, self.gazetteer)
        narrator = Narrator(
            self.draft, self.extractor.rules, self.extractor.frames, self.extractor.arguments, gazetteer, defined
        )
        narrator.preload(self.document.blocks, self.sentences.read(gazetteer, defined))
        korean = KoreanText(self.draft, self.extractor.korean, gazetteer)
        self._title_evidence()
        blocks = self.document.blocks
        table: Thing | None = None
        stages: dict[int, Named] = {}
        previous: tuple[Named, Block] | None = None
        ordinal = 0
        parts: dict[int, Thing] = {}
        for i, block in enumerate(blocks):
            if block.kind == "caption":
                parts[i] = part_of(self.draft, block)
                if block.parent is not None:
                    parts[block.parent] = parts[i]
        mapping = self.document.metadata.get("mapping")
        records = RecordReader(self.draft, TableMapping.from_json(mapping)) if mapping else None
        tables: dict[int, TableRows] = {}
        sheets = DataSheets(narrator, self.draft.work, self.extractor.columns)
        laws = LegalList(narrator, self.extractor.fragments, self.extractor.entry_words)
        name_entry = partial(read_bare_entry, narrator, words=self.extractor.columns.words)
        seen = -1
        missions: tuple[Thing, Block] | None = None
        listed, begun = "", False
        for i, block in enumerate(blocks):
            parent = blocks[block.parent] if block.parent is not None else None
            if block.kind == "chrome":
                continue
            seen += 1
            if block.kind == "heading":
                listed = self._key_of_list(block)
            elif block.kind != "item":
                listed = ""
            if block.kind == "item" and (listed or sheets.read_item(block)):
                if listed:
                    read_field(self.draft, replace(block, attributes={"key": listed}), self.extractor.fields)
                continue
            begun = begun or block.kind in ("paragraph", "table")
            if block.kind == "item" and not begun and self._is_field_of_document(block):
                continue
            if block.kind != "field":
                sheets.rest(block)
            if is_foreign(block, self.document):
                self.draft.refused(self.draft.spans(block), "foreign-language", block.lang)
                continue
            if block.kind == "record" and records is not None:
                records.read(block, _cells(blocks, i))
            if block.kind in ("heading", "paragraph") and read_about(self.draft, block, seen, self.extractor.fields):
                continue
            if block.kind == "field":
                if block.attributes.get("key", "").casefold() in self.extractor.fields or not sheets.read(block):
                    read_field(self.draft, block, self.extractor.fields)
            elif block.kind == "heading":
                narrator.head(block)
                if narrator.bare is not None:
                    name_entry(block, narrator.bare)
                laws.head(block)
                missions = self._missions_below(narrator, block, sheets)
                korean.read(block)
            elif block.kind == "caption" and block.parent is None:
                narrator.announce(block)
            elif block.kind == "table":
                table = parts.get(i)
                previous, ordinal = None, 0
                by_column = TableRows.of(narrator, table or self.draft.work, block, self.extractor.columns)
                if by_column is not None:
                    by_column.korean = korean.row
                    by_column.laws = laws.remark
                    by_column.entries = name_entry
                    tables[i] = by_column
            elif block.kind == "stage" and parent is not None:
                ordinal += 1
                where = parts.get(block.parent or 0) or table or self.draft.work
                named = read_stage(self.draft, block, where, ordinal, *(previous or (None, None)))
                stages[i] = named
                previous = (named, block)
            elif block.kind == "row":
                stage = stages.get(block.parent) if block.parent is not None else None
                above = parent if stage is not None else None
                place = _table_of(blocks, block)
                inside = tables.get(place)
                headers = blocks[place].attributes.get("columns", "") if place >= 0 else ""
                if block.lang == "ko" and korean.dated_row(block, headers):
                    continue
                if inside is None or not inside.read(block, stage, above):
                    # What stands in two cells is one statement only where the headers say so.
                    for part in parts_of_row(block):
                        if block.lang == "ko":
                            korean.row(part, stage, above)
                            continue
                        read_row(narrator, part, stage, above)
            elif block.kind == "credit":
                owner = parts.get(block.parent) if block.parent is not None else None
                if owner is not None:
                    read_credit(self.draft, block, owner)
            elif block.kind == "note":
                missions = self._note(narrator, block, parent)
                if block.lang == "ko":
                    korean.read(block)
            elif block.lang == "ko" and block.kind in ("paragraph", "item"):
                korean.read(block)
            elif block.kind == "paragraph":
                if missions is not None and _MISSION.match(block.view.text):
                    read_mission(narrator, block, *missions)
                    continue
                told = without_dateline(self.draft, block, seen)
                self._running(narrator, told, laws)
                missions = self._opened(narrator, told)
            elif block.kind == "item":
                if missions is not None:
                    read_mission(narrator, block, *missions)
                else:
                    self._running(narrator, block, laws)
        keep_listed_missions(self.draft)
        read_language(self.draft)
        follow_series(self.draft)
        korean.finish()
        match_remedies(self.draft)
        return self.draft.finished(gazetteer)

    def _is_field_of_document(self, block: Block) -> bool:
        """Take in an item above the first paragraph that is a field of the document; return whether it is one."""
        found = field(block.view.text)
        if found is None or found.key.casefold() not in self.extractor.fields:
            return False
        value = View(block.view.text[found.start : found.end], block.view.offsets[found.start : found.end])
        read_field(self.draft, replace(block, view=value, attributes={"key": found.key}), self.extractor.fields)
        return True

    def _missions_below(self, narrator: Narrator, heading: Block, sheets: DataSheets) -> tuple[Thing, Block] | None:
        """Return the body whose missions stand below a heading ("Our mission"): that of the title, else the first."""
        if not self.extractor.columns.words["heading.missions"].marks(heading.view.text.strip(" :")):
            return None
        title = sheets.title()
        things = [title.thing] if title is not None else [one.thing for one in narrator.history.seen]
        body = next((thing for thing in things if vocab.is_subclass(thing.cls, "egov:Body")), None)
        return (body, heading) if body is not None else None

    def _key_of_list(self, heading: Block) -> str:
        """Return the key whose values stand as items below a heading ("Keywords"), or an empty string."""
        key = heading.view.text.casefold().strip(" :")
        rule = self.extractor.fields.get(key)
        return key if rule is not None and rule.property == "dcterms:subject" else ""

    def _running(self, narrator: Narrator, block: Block, laws: LegalList) -> None:
        """Take in a paragraph or an item: what it tells, of the law it begins with, of the works it cites."""
        if laws.read_number(block):
            return
        narrator.read(block)
        if narrator.bare is not None:
            read_bare_entry(narrator, block, narrator.bare, self.extractor.columns.words)
        laws.read(block)
        read_works(narrator, block, None, None)

    def _note(self, narrator: Narrator, block: Block, parent: Block | None) -> tuple[Thing, Block] | None:
        if parent is None:
            narrator.read(block)
            read_works(narrator, block, None, None)
            return None
        read_note(narrator, block, parent)
        if speaks_of_missions(block.view.text):
            from_note = _mission_body(narrator, block, parent)
            return (from_note, block) if from_note is not None else None
        return None

    def _opened(self, narrator: Narrator, block: Block) -> tuple[Thing, Block] | None:
        """Return the body whose missions the list after a paragraph gives, if the paragraph says so."""
        text = block.view.text.rstrip()
        if not text.endswith(":") or not speaks_of_missions(text):
            return None
        last = text[list(sentences(text))[-1][0] :]
        for seen in reversed(narrator.history.near):
            if vocab.is_subclass(seen.thing.cls, "egov:Body"):
                return (seen.thing, block) if seen.mention.name in last or "it " in last.casefold() else None
        return None

    def _title_evidence(self) -> None:
        draft = self.draft
        for block in self.document.blocks:
            if block.kind == "heading" and fold(block.view.text) == fold(draft.work.label):
                draft.place(draft.work, draft.spans(block))
                draft.name(draft.work, draft.work.label, "pref", draft.spans(block))
                lang = block.lang if block.lang in ("en", "ko") else "en"
                if not any(
                    b.kind == "field" and b.attributes.get("key", "").casefold() in ("title", "work.title")
                    for b in self.document.blocks
                ):
                    draft.emit(
                        draft.work,
                        "dcterms:title",
                        Value(block.view.text.strip(), "rdf:langString", lang),
                        draft.spans(block),
                        "heading.title.1",
                    )
                return


def _table_of(blocks: Sequence[Block], row: Block) -> int:
    """Return the index of the table that a row belongs to, directly or through its stage; -1 for none."""
    place = row.parent
    while place is not None and blocks[place].kind != "table":
        place = blocks[place].parent
    return -1 if place is None else place


def _cells(blocks: Sequence[Block], record: int) -> list[Block]:
    end = record + 1
    while end < len(blocks) and blocks[end].parent == record:
        end += 1
    return list(blocks[record + 1 : end])


def _mission_body(narrator: Narrator, note: Block, parent: Block) -> Thing | None:
    anchor, subject = anchor_of(narrator, parent, note)
    return body_of(narrator, anchor, subject, note, parent)


def _title(document: Document) -> str:
    for block in document.blocks:
        if block.kind == "heading" and block.view.text.strip():
            return block.view.text.strip()
    return ""
