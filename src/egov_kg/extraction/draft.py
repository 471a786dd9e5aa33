"""What one document has yielded so far: facts, names and places, with no way to say anything without evidence."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from egov_kg import vocab
from egov_kg.extraction.gazetteer import Gazetteer
from egov_kg.extraction.resolution import Resolver
from egov_kg.extraction.tokens import fold, is_korean
from egov_kg.model import (
    Block,
    Certainty,
    Document,
    Extraction,
    Fact,
    Label,
    Span,
    Thing,
    TimeValue,
    Unexpressed,
    Value,
)

__all__ = ["Draft"]


@dataclass
class Draft:
    """The facts of a document while it is read.

    Attributes:
        document: The document.
        resolver: Where its things come from.
        work: The document as a thing; for a digest, the original work.
    """

    document: Document
    resolver: Resolver
    work: Thing
    facts: list[Fact] = field(default_factory=list)
    labels: dict[str, list[Label]] = field(default_factory=dict)
    mentions: dict[str, list[Span]] = field(default_factory=dict)
    unexpressed: list[Unexpressed] = field(default_factory=list)
    _known: set[object] = field(default_factory=set, repr=False)

    def spans(self, block: Block, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
        """Return the evidence for a range of a block's view, the whole of it by default."""
        end = len(block.view.text) if end is None else end
        while start < end and block.view.text[start].isspace():
            start += 1
        while end > start and block.view.text[end - 1].isspace():
            end -= 1
        return block.view.pieces(self.document, start, end) if start < end else ()

    def emit(  # noqa: PLR0917 - each is a different thing
        self,
        subject: Thing,
        prop: str,
        obj: Thing | Value | TimeValue,
        evidence: Iterable[Span],
        rule: str,
        certainty: Certainty = "stated",
        qualifiers: tuple[tuple[str, Thing | Value], ...] = (),
    ) -> None:
        """Take in a fact, unless it lacks evidence, says that a thing is itself, or breaks domain or range."""
        spans = tuple(sorted(dict.fromkeys(evidence)))
        if not spans or (isinstance(obj, Thing) and obj.id == subject.id):
            return
        if not self._fits(subject, prop, obj):
            self.unexpressed.append(Unexpressed(spans[0], "no-rule", f"{rule}: {prop} does not fit {subject.cls}"))
            return
        fact = Fact(subject, prop, obj, spans, rule, certainty, qualifiers)
        key = (subject.id, prop, obj.id if isinstance(obj, Thing) else obj, spans, qualifiers)
        if key in self._known:
            return
        self._known.add(key)
        self.facts.append(fact)
        for thing in (subject, obj):
            if isinstance(thing, Thing) and thing.id not in self.mentions:
                self.mentions[thing.id] = list(spans)

    def _fits(self, subject: Thing, prop: str, obj: Thing | Value | TimeValue) -> bool:
        if prop not in vocab.OBJECT_PROPERTIES:
            domain = vocab.DATA_PROPERTIES[prop].domain if prop in vocab.DATA_PROPERTIES else ""
            return prop == "egov:citedPage" or not domain or not vocab.disjoint(subject.cls, domain)
        known = vocab.OBJECT_PROPERTIES[prop]
        if known.domain and not _may_be(subject.cls, known.domain):
            return False
        if isinstance(obj, Thing) and known.range:
            return _may_be(obj.cls, known.range)
        return True

    def place(self, thing: Thing, spans: Sequence[Span]) -> None:
        """Note where a thing is named."""
        if spans:
            self.mentions.setdefault(thing.id, []).extend(spans)

    def name(self, thing: Thing, text: str, kind: str, spans: Sequence[Span]) -> None:
        """Note a name that the document writes for a thing."""
        if not text or not spans:
            return
        lang = "ko" if is_korean(text) else "en"
        known = self.labels.setdefault(thing.id, [])
        if text == thing.label and lang == thing.lang:
            kind = "pref"
        if not any(n.text == text and n.kind == kind for n in known):
            made: Label = Label(
                text, lang, "acronym" if kind == "acronym" else "pref" if kind == "pref" else "alt", tuple(spans)
            )
            known.append(made)

    def refused(self, spans: Sequence[Span], reason: str, detail: str) -> None:
        """Put words into the work queue."""
        if spans:
            self.unexpressed.append(Unexpressed(spans[0], reason, detail))

    def finished(self, gazetteer: Gazetteer) -> Extraction:
        """Return the extraction: sorted, with the names that the gazetteer adds."""
        facts = sorted(self.facts, key=_order)
        things: dict[str, Thing] = {}
        for fact in facts:
            for thing in (fact.subject, fact.object, *(v for _, v in fact.qualifiers)):
                if isinstance(thing, Thing):
                    things[thing.id] = self.resolver.things.get(thing.id, thing)
        facts = [_renewed(f, things) for f in facts]
        labels = {name: self._labels(things[name], gazetteer) for name in sorted(things)}
        mentions = {name: tuple(sorted(set(self.mentions.get(name, ())))) for name in sorted(things)}
        covered = sorted({s.start for f in facts for s in f.evidence})
        for block in self.document.blocks:
            if block.kind != "chrome" and block.view.text.strip() and not _yielded(block, covered):
                self.unexpressed.append(Unexpressed(self.spans(block)[0], "yielded-nothing", block.kind))
        queue = tuple(sorted(set(self.unexpressed), key=lambda u: (u.span, u.reason, u.detail)))
        return Extraction(self.document, dict(sorted(things.items())), labels, mentions, tuple(facts), queue)

    def _labels(self, thing: Thing, gazetteer: Gazetteer) -> tuple[Label, ...]:
        found: dict[tuple[str, str], Label] = {}
        prefs: set[str] = set()
        own = next((n for n in self.labels.get(thing.id, ()) if n.text == thing.label), None)
        found[(thing.label, thing.lang)] = Label(thing.label, thing.lang, "pref", own.evidence if own else ())
        prefs.add(thing.lang)
        for row in gazetteer.names_of(thing.id):
            if row.kind == "variant" and row.lang == "en" and fold(row.name) == fold(thing.label):
                continue
            kind = (
                "pref"
                if row.kind == "pref" and row.lang not in prefs
                else "acronym"
                if row.kind == "acronym"
                else "alt"
            )
            if kind == "pref":
                prefs.add(row.lang)
            found.setdefault((row.name, row.lang), Label(row.name, row.lang, kind))  # type: ignore[arg-type]
        for label in self.labels.get(thing.id, ()):
            known = found.get((label.text, label.lang))
            if known is None:
                kind = "alt" if label.kind == "pref" and label.lang in prefs else label.kind
                prefs.update([label.lang] if kind == "pref" else [])
                found[(label.text, label.lang)] = Label(label.text, label.lang, kind, label.evidence)
            elif not known.evidence:
                found[(label.text, label.lang)] = Label(known.text, known.lang, known.kind, label.evidence)
        order = {"pref": 0, "acronym": 1, "alt": 2}
        return tuple(sorted(found.values(), key=lambda n: (order[n.kind], n.lang, n.text)))


def _yielded(block: Block, covered: Sequence[int]) -> bool:
    """Return whether a piece of evidence begins in a block.

    Args:
        block: The block.
        covered: Where the evidence of all facts begins, ascending.
    """
    places = block.view.offsets
    first = bisect.bisect_left(covered, places[0])
    return first < len(covered) and covered[first] <= places[-1]


def _may_be(cls: str, needed: str) -> bool:
    return vocab.is_subclass(cls, needed)


def _order(fact: Fact) -> tuple[object, ...]:
    obj = fact.object
    key = obj.id if isinstance(obj, Thing) else obj.lexical if isinstance(obj, Value) else obj.edtf
    return (fact.evidence[0].start, fact.evidence[-1].end, fact.subject.id, fact.property, key, fact.rule)


def _renewed(fact: Fact, things: dict[str, Thing]) -> Fact:
    obj = things[fact.object.id] if isinstance(fact.object, Thing) else fact.object
    qualifiers = tuple((p, things.get(v.id, v) if isinstance(v, Thing) else v) for p, v in fact.qualifiers)
    return Fact(things[fact.subject.id], fact.property, obj, fact.evidence, fact.rule, fact.certainty, qualifiers)
