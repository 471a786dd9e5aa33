"""The extractor: one document at a time, in two readings; the first learns its names, the second takes in its facts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from egov_kg import vocab
from egov_kg.extraction.bibliography import FieldRule, part_of, read_credit, read_field, read_field_rules, read_language
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.gazetteer import Gazetteer, Name, gazetteer_of, read_gazetteer
from egov_kg.extraction.korean import read_korean
from egov_kg.extraction.lexicon import Lexicon, read_lexicon
from egov_kg.extraction.narrative import Named, Narrator
from egov_kg.extraction.notes import anchor_of, body_of, read_mission, read_note, read_works, speaks_of_missions
from egov_kg.extraction.patterns import Mention, Reading, acronym_fits, read_sentence
from egov_kg.extraction.registry import Registry, read_registry
from egov_kg.extraction.remedies import match_remedies
from egov_kg.extraction.resolution import Resolver
from egov_kg.extraction.rules import RuleSet, read_rules
from egov_kg.extraction.series import follow_series
from egov_kg.extraction.stages import read_row, read_stage
from egov_kg.extraction.tokens import fold, sentences
from egov_kg.model import Block, Document, Extraction, Fact, Label, Thing, Value

__all__ = ["Extractor", "load_extractor"]


@dataclass(frozen=True)
class Extractor:
    """Turns documents into facts; deterministic, offline, without a model.

    Attributes:
        gazetteer: The known names.
        lexicon: The word tables.
        rules: The relation rules.
        fields: What each field of a record says.
        registry: Where ids come from.
    """

    gazetteer: Gazetteer
    lexicon: Lexicon
    rules: RuleSet
    fields: Mapping[str, FieldRule]
    registry: Registry

    def extract(self, document: Document) -> Extraction:
        """Return the facts of a document, in reading order, each with evidence and the id of its rule."""
        return _Reader(self, document).read()

    def extract_all(self, documents: Iterable[Document]) -> tuple[Extraction, ...]:
        """Return the facts of several documents, sorted by document; a thing has one class and one label in all.

        The result does not depend on the order of the documents.
        """
        found = sorted((self.extract(d) for d in documents), key=lambda e: e.document.id)
        return _unified(found)


def load_extractor(data: Path) -> Extractor:
    """Return an extractor over the tables and rules of a data folder.

    Args:
        data: The folder that holds ``gazetteer``, ``rules`` and, if anything was released, ``registry.tsv``.

    Raises:
        DataFileError: If a table or a rule is wrong; with file and line.
    """
    lexicon = read_lexicon(data / "rules")
    return Extractor(
        read_gazetteer(data / "gazetteer"),
        lexicon,
        read_rules(data / "rules", lexicon),
        read_field_rules(data / "rules" / "fields.toml"),
        read_registry(data / "registry.tsv"),
    )


_TEXT_KINDS = ("paragraph", "item", "note", "row", "stage", "caption", "credit")


class _Reader:
    """Reads one document."""

    def __init__(self, extractor: Extractor, document: Document) -> None:
        self.extractor, self.document = extractor, document
        # The country that the text speaks of; where it names none clearly, that of the site.
        spoken = _jurisdiction(document, extractor)
        self.jurisdiction = spoken if spoken != "int" else document.metadata.get("jurisdiction", "int")
        resolver = Resolver(extractor.registry, extractor.gazetteer, extractor.lexicon, self.jurisdiction)
        resolver.countries = frozenset(_countries(document, extractor))
        rows = extractor.gazetteer.names
        kept = [row for row in rows if resolver.applies(row.thing)]
        # Names of countries that the document does not speak of are not even seen.
        self.gazetteer = extractor.gazetteer if len(kept) == len(rows) else gazetteer_of(kept)
        resolver.gazetteer = self.gazetteer
        identifier = document.metadata.get("work") or document.id
        title = document.metadata.get("title") or _title(document) or document.source
        work = resolver.keep(Thing(extractor.registry.current(identifier), "egov:Document", title))
        self.draft = Draft(document, resolver, work)

    def read(self) -> Extraction:
        gazetteer, defined = self._learn()
        narrator = Narrator(self.draft, self.extractor.rules, gazetteer, defined)
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
        missions: tuple[Thing, Block] | None = None
        for i, block in enumerate(blocks):
            parent = blocks[block.parent] if block.parent is not None else None
            if block.kind == "chrome":
                continue
            if block.lang == "ko" and block.kind in ("paragraph", "item", "note"):
                read_korean(self.draft, block, gazetteer)
            if block.kind == "field":
                read_field(self.draft, block, self.extractor.fields)
            elif block.kind == "heading":
                narrator.history.section += 1
                missions = None
            elif block.kind == "table":
                table = parts.get(i)
                previous, ordinal = None, 0
            elif block.kind == "stage" and parent is not None:
                ordinal += 1
                where = parts.get(block.parent or 0) or table or self.draft.work
                named = read_stage(self.draft, block, where, ordinal, *(previous or (None, None)))
                stages[i] = named
                previous = (named, block)
            elif block.kind == "row":
                stage = stages.get(block.parent) if block.parent is not None else None
                read_row(narrator, block, stage, parent if stage is not None else None)
            elif block.kind == "credit":
                owner = parts.get(block.parent) if block.parent is not None else None
                if owner is not None:
                    read_credit(self.draft, block, owner)
            elif block.kind == "note":
                missions = self._note(narrator, block, parent)
            elif block.kind == "paragraph":
                narrator.read(block)
                read_works(narrator, block, None, None)
                missions = self._opened(narrator, block)
            elif block.kind == "item":
                if missions is not None:
                    read_mission(narrator, block, *missions)
                else:
                    narrator.read(block)
                    read_works(narrator, block, None, None)
        read_language(self.draft)
        follow_series(self.draft)
        match_remedies(self.draft)
        return self.draft.finished(gazetteer)

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
        for seen in reversed(narrator.history.seen):
            if seen.paragraph == narrator.history.paragraph and vocab.is_subclass(seen.thing.cls, "egov:Body"):
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

    def _learn(self) -> tuple[Gazetteer, frozenset[str]]:
        """Read the document once for the names that it defines; return the gazetteer with them."""
        mentions = list(self._mentions(self.gazetteer, frozenset()))
        known = frozenset({m.acronym for m in mentions if m.acronym} | {row.name for row in self._full_names()})
        if any(row.needs == "defined" and row.name in known for row in self.gazetteer.names):
            mentions = list(self._mentions(self.gazetteer, known))
        self.draft.resolver.learn(mentions)
        rows: list[Name] = []
        for mention in mentions:
            if (
                mention.is_bare
                or mention.cls in ("egov:Person", "egov:Administration")
                or mention.det in ("each", "every")
            ):
                continue
            capital = bool(re.search(r"[A-Z]", mention.name)) and all(
                w[0].isupper() or not w[0].isalpha() or len(w) < 4 for w in mention.name.split()
            )
            if not mention.acronym and not (capital and len(mention.name.split()) > 2):
                continue
            thing = self.draft.resolver.thing(mention)
            if thing is None or mention.thing or mention.count:
                continue
            rows.append(Name(thing.id, mention.name, "en", "pref", "fold", "-", "document"))
            if mention.acronym:
                rows.append(Name(thing.id, mention.acronym, "en", "acronym", "case", "-", "document"))
            self.draft.resolver.own[thing.id] = thing
        rows.extend(self._defined_in_lists())
        preferred = {r.thing for r in self.gazetteer.names}
        merged = gazetteer_of((*self.gazetteer.names, *(r for r in rows if r.thing not in preferred)))
        self.draft.resolver.gazetteer = merged
        return merged, known

    def _defined_in_lists(self) -> list[Name]:
        """Return names without a telling head that an acronym in brackets defines: "Home Tax Service (HTS)"."""
        rows: list[Name] = []
        for block in self.document.blocks:
            if block.kind not in _TEXT_KINDS:
                continue
            for match in re.finditer(
                r"\b((?:[A-Z][\w-]*\s(?:(?:of|for|and|on|the)\s){0,2}){1,7}?[A-Z][\w-]*)\s?\(([A-Z][A-Za-z0-9]{1,9})(?::\s([A-Z][\w\s-]{2,60}))?\)",
                block.view.text,
            ):
                name, acronym, alias = match[1], match[2], match[3] or ""
                if not acronym_fits(acronym, name) or acronym in self.draft.resolver.acronyms:
                    continue
                if any(r.name == acronym and r.kind == "acronym" for r in self.gazetteer.names):
                    continue
                thing = self.draft.resolver.make("egov:InformationSystem", name)
                self.draft.resolver.own[thing.id] = thing
                self.draft.resolver.acronyms[acronym] = thing
                rows.append(Name(thing.id, name, "en", "pref", "fold", "-", "document"))
                rows.append(Name(thing.id, acronym, "en", "acronym", "case", "-", "document"))
                if alias:
                    rows.append(Name(thing.id, alias, "en", "alt", "fold", "-", "document"))
        return rows

    def _mentions(self, gazetteer: Gazetteer, defined: frozenset[str]) -> Iterator[Mention]:
        for reading in self._readings(gazetteer, defined):
            yield from reading.mentions

    def _readings(self, gazetteer: Gazetteer, defined: frozenset[str]) -> Iterator[Reading]:
        for block in self.document.blocks:
            if block.kind in _TEXT_KINDS and block.view.text:
                for start, end in sentences(block.view.text):
                    for a in range(start, end, 4_000):
                        yield read_sentence(
                            block.view.text, a, min(end, a + 4_000), self.extractor.lexicon, gazetteer, defined
                        )

    def _full_names(self) -> Iterator[Name]:
        """Yield the acronyms of known things that the document names in full."""
        texts = [fold(b.view.text) for b in self.document.blocks if b.kind in _TEXT_KINDS]
        for row in self.gazetteer.names:
            if row.needs == "defined":
                full = [n for n in self.gazetteer.by_thing[row.thing] if n.kind in ("pref", "alt") and n.needs == "-"]
                if any(fold(n.name) in t for n in full for t in texts):
                    yield row


def _mission_body(narrator: Narrator, note: Block, parent: Block) -> Thing | None:
    anchor, subject = anchor_of(narrator, parent, note)
    return body_of(narrator, anchor, subject, note, parent)


def _title(document: Document) -> str:
    for block in document.blocks:
        if block.kind == "heading" and block.view.text.strip():
            return block.view.text.strip()
    return ""


def _jurisdiction(document: Document, extractor: Extractor) -> str:
    """Return the code of the country that a document names most, or ``int``."""
    counts = _countries(document, extractor)
    if not counts:
        korean = sum(len(b.view.text) for b in document.blocks if b.lang == "ko")
        total = sum(len(b.view.text) for b in document.blocks if b.kind != "chrome")
        return "kr" if total and korean * 2 > total else "int"
    best = sorted(counts.items(), key=lambda x: (-x[1], x[0]))
    if len(best) > 1 and best[0][1] < 2 * best[1][1]:
        return "int"
    return best[0][0]


def _countries(document: Document, extractor: Extractor) -> Counter[str]:
    """Return how often a document names each country, by name or adjective."""
    counts: Counter[str] = Counter()
    words = sorted(extractor.lexicon.country_words, key=lambda w: (-len(w), w))
    pattern = re.compile(r"\b(?:" + "|".join(re.escape(w) for w in words) + r")\b", re.IGNORECASE)
    for block in document.blocks:
        if block.kind == "chrome":
            continue
        for match in pattern.finditer(block.view.text[:200_000]):
            if match[0][0].isupper():
                counts[extractor.lexicon.country_words[match[0].casefold()]] += 1
        if block.lang == "ko":
            named = len(re.findall(r"대한민국|우리나라|한국", block.view.text))
            counts.update({"kr": named} if named else {})
    return counts


def _unified(extractions: list[Extraction]) -> tuple[Extraction, ...]:
    """Return the extractions with one class and one label for each thing: the most specific class, the first label."""
    chosen: dict[str, Thing] = {}
    for extraction in extractions:
        for name, thing in extraction.things.items():
            known = chosen.get(name)
            if known is None:
                chosen[name] = thing
            elif known.cls != thing.cls and vocab.is_subclass(thing.cls, known.cls):
                chosen[name] = replace(known, cls=thing.cls)
    result = []
    for extraction in extractions:
        facts = tuple(_with(f, chosen) for f in extraction.facts)
        labels = {}
        for name, names in extraction.labels.items():
            want = chosen[name].label
            lang = chosen[name].lang
            kept = []
            for label in names:
                if label.kind == "pref" and label.lang == lang and label.text != want:
                    kept.append(Label(label.text, label.lang, "alt", label.evidence))
                elif label.text == want and label.lang == lang:
                    kept.append(Label(label.text, label.lang, "pref", label.evidence))
                else:
                    kept.append(label)
            if not any(k.kind == "pref" and k.lang == lang for k in kept):
                kept.insert(0, Label(want, lang, "pref"))
            labels[name] = tuple(kept)
        result.append(replace(extraction, things={n: chosen[n] for n in extraction.things}, facts=facts, labels=labels))
    return tuple(result)


def _with(fact: Fact, chosen: Mapping[str, Thing]) -> Fact:
    obj = chosen[fact.object.id] if isinstance(fact.object, Thing) else fact.object
    qualifiers = tuple((p, chosen.get(v.id, v) if isinstance(v, Thing) else v) for p, v in fact.qualifiers)
    return replace(fact, subject=chosen[fact.subject.id], object=obj, qualifiers=qualifiers)
