"""The description of one thing, as an entity page and an API need it: facts with origin, evidence and derivation.

Read straight from the indexes of the store, one pattern at a time, so that a page costs no query planning. The result
is plain data (strings, lists, dictionaries) and travels between processes as JSON.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Final, Literal, NotRequired, Protocol, TypedDict

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.inference import LastStep, Proof, rule_in_words
from egov_kg.sparql.doubts import notes_of, proposals_of
from egov_kg.sparql.matches import LinkView, is_mapping_set, link_parts
from egov_kg.sparql.properties import Properties

__all__ = [
    "ClaimView",
    "Description",
    "EvidenceView",
    "Explainer",
    "FactView",
    "GroupView",
    "ImpliedView",
    "Named",
    "NoteView",
    "ProposalView",
    "Reader",
    "StepView",
    "TermView",
    "TripleView",
    "describe",
    "nodes_of",
    "term_of",
]

Origin = Literal["stated", "register", "derived", "linked", "possible", "axiom"]
Manner = Literal["own", "general", "turned"]
"""How a fact stands beside the others: by itself; more general than another one with the same value; or only another
one read the other way round, which the description has under the name of that other one."""

VALUES: Final = 50
"""How many values of one property a description lists; the counts are always the true ones."""

IMPLIED: Final = 500
"""How many of the triples that follow it lists."""


class Named(TypedDict):
    """A term with its labels by language; ``id`` is its local path if it is a thing of ours, else empty."""

    iri: str
    curie: str
    id: str
    labels: dict[str, str]


class TermView(TypedDict):
    """A value: an IRI with labels, or a literal with its datatype and language."""

    type: Literal["iri", "literal"]
    value: str
    datatype: str
    lang: str
    named: NotRequired[Named]


class QuoteView(TypedDict):
    """The words of one span and their half-open place in the document, in code points."""

    exact: str
    start: int
    end: int


class EvidenceView(TypedDict):
    """One Statement: who says so, in which words, found by which rule; ``link`` where it has to do with a link."""

    statement: str
    document: Named | None
    digest_of: Named | None
    source: Named | None
    quotes: list[QuoteView]
    rule: str
    certainty: str
    link: NotRequired[LinkView]


class TripleView(TypedDict):
    """A triple with labels, for premises."""

    subject: Named
    property: Named
    object: TermView
    origin: Origin


class StepView(TypedDict):
    """How a derived triple follows: the rule of OWL 2 RL, the axiom it used, and its premises."""

    rule: str
    axiom: str
    words: dict[str, str]
    premises: list[TripleView]


class FactView(TypedDict):
    """One value of one property."""

    term: TermView
    origin: Origin
    graphs: list[str]
    evidence: list[EvidenceView]
    step: StepView | None
    conflict: bool
    manner: Manner


class GroupView(TypedDict):
    """All values of one property, or all subjects that point here by it.

    `counts` has the true number by manner; of the values, which may be fewer, those that stand by themselves come
    first, then the more general ones.
    """

    property: Named
    inverse: Named | None
    definition: str
    counts: dict[Manner, int]
    values: list[FactView]


class ClaimView(TypedDict):
    """A triple that somebody states, with the words."""

    triple: TripleView
    evidence: list[EvidenceView]


class NoteView(TypedDict):
    """A quality note: what is doubtful, and the statements that stand against each other."""

    id: str
    text: str
    lang: str
    claims: list[ClaimView]


class ProposalView(TypedDict):
    """What an extractor of somebody else's claims of a thing, with the words that it claims to have read so."""

    extractor: str
    triple: TripleView
    evidence: list[EvidenceView]


class ImpliedView(TypedDict):
    """A triple about the thing that rules derive: the property and its value."""

    property: Named
    term: TermView


class Description(TypedDict):
    """All that the release says of one thing.

    `implied` are the triples about it that follow, each once, classes and labels included; `implied_count` says how
    many there are.
    """

    thing: Named
    alternatives: list[dict[str, str]]
    classes: list[Named]
    facts: list[GroupView]
    incoming: list[GroupView]
    notes: list[NoteView]
    proposed: list[ProposalView]
    implied: list[ImpliedView]
    implied_count: int


Texts = tuple[str, str, str]
"""A triple as texts of N-Triples terms."""


class Explainer(Protocol):
    """Knows why triples hold; `egov_kg.sparql.proving.StoreProver` does."""

    def last_step(self, triple: ox.Triple) -> LastStep | None:
        """Return the last step of the proof of a derived triple, or None."""

    def proof(self, triple: ox.Triple, *, all_steps: bool = False) -> Proof:
        """Return the proof of a triple, its leaves without an origin."""


def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(iri.expand(curie))


RDF_TYPE: Final = _node("rdf:type")
PREF: Final = _node("skos:prefLabel")
ALT: Final = _node("skos:altLabel")
LABEL: Final = _node("rdfs:label")
_LABELS: Final = (PREF.value, ALT.value, LABEL.value)
_STRUCTURE: Final = tuple(iri.expand(name) for name in ("rdf:first", "rdf:rest", "owl:distinctMembers"))
"""How lists are built: no fact about the thing that stands in one."""

_FIRST: Final = (
    "egov:enactedUnder",
    "egov:possiblyEnactedUnder",
    "egov:promulgatedOn",
    "egov:inForceFrom",
    "egov:statedYear",
)


class Reader:
    """Looks things up in one store; keeps the labels that it has read."""

    def __init__(self, store: ox.Store, prover: Explainer | None, base: str) -> None:
        self.store, self.prover, self.base = store, prover, base
        self.evidence = ox.NamedNode(iri.graph_iri("evidence", base))
        self.ontology = ox.NamedNode(iri.graph_iri("ontology", base))
        self.catalogue = ox.NamedNode(iri.graph_iri("catalogue", base))
        self.entailed = ox.NamedNode(iri.graph_iri("entailed", base))
        self.properties = Properties(store, self.ontology)
        self._named: dict[str, Named] = {}

    def objects(
        self, subject: ox.NamedNode, predicate: ox.NamedNode, graph: ox.NamedNode | ox.DefaultGraph | None = None
    ) -> list[ox.NamedNode | ox.Literal]:
        """Return the distinct objects in term order; what is only proposed counts where nothing else is known."""
        found: set[ox.NamedNode | ox.Literal] = set()
        proposed: set[ox.NamedNode | ox.Literal] = set()
        for quad in self.store.quads_for_pattern(subject, predicate, None, graph):
            if isinstance(quad.object, ox.NamedNode | ox.Literal):
                (proposed if graph is None and _is_proposed(quad, self.base) else found).add(quad.object)
        return sorted(found or proposed, key=str)

    def named(self, node: ox.NamedNode) -> Named:
        """Return a term with its labels in English and Korean, where it has any."""
        if node.value not in self._named:
            labels: dict[str, str] = {}
            for predicate in (LABEL, PREF) if node.value.startswith(iri.ONTOLOGY) else (PREF, LABEL):
                for label in self.objects(node, predicate):
                    if isinstance(label, ox.Literal):
                        labels.setdefault(label.language or "", label.value)
                if labels:
                    break
            self._named[node.value] = {
                "iri": node.value,
                "curie": iri.curie(node.value, self.base),
                "id": iri.id_of(node.value, self.base) or "",
                "labels": labels,
            }
        return self._named[node.value]

    def label(self, curie: str, lang: str) -> str:
        """Return the label of a term of the ontology in a language, else in English, else the CURIE."""
        if curie.partition(":")[0] not in iri.PREFIXES:
            return curie
        labels = self.named(_node(curie))["labels"]
        return labels.get(lang) or labels.get("en") or curie

    def term(self, term: ox.NamedNode | ox.BlankNode | ox.Literal) -> TermView:
        """Return a value as plain data."""
        if isinstance(term, ox.BlankNode):
            return {"type": "iri", "value": str(term), "datatype": "", "lang": "", "named": _nameless(term)}
        if isinstance(term, ox.Literal):
            datatype = "" if term.language else iri.curie(term.datatype.value)
            return {"type": "literal", "value": term.value, "datatype": datatype, "lang": term.language or ""}
        return {"type": "iri", "value": term.value, "datatype": "", "lang": "", "named": self.named(term)}

    def origin(self, predicate: ox.NamedNode, graphs: Iterable[str]) -> Origin:
        """Return where a fact comes from, by the graphs that hold it."""
        families = {graph.removeprefix(iri.graph_iri("", self.base)).partition("/")[0] for graph in graphs}
        if "document" in families:
            return "stated"
        if "background" in families:
            return "register"
        if "links" in families:
            return "linked"
        if "ontology" in families and "entailed" not in families:
            return "axiom"
        return "possible" if predicate.value.startswith(iri.ONTOLOGY + "possibly") else "derived"

    def graphs_of(
        self, subject: ox.NamedNode, predicate: ox.NamedNode, object_: ox.NamedNode | ox.Literal
    ) -> list[str]:
        """Return the graphs that hold a triple, proposals left out."""
        return sorted(
            quad.graph_name.value
            for quad in self.store.quads_for_pattern(subject, predicate, object_, None)
            if isinstance(quad.graph_name, ox.NamedNode) and not iri.is_proposal(quad.graph_name.value, self.base)
        )

    def statements(
        self,
        subject: ox.NamedNode,
        predicate: ox.NamedNode,
        object_: ox.NamedNode | ox.Literal,
        graph: ox.NamedNode | None = None,
    ) -> list[ox.NamedNode]:
        """Return the Statements about a triple, those of the evidence graph or those of a proposal's own."""
        graph = graph or self.evidence
        by_object = self.store.quads_for_pattern(None, _node("rdf:object"), object_, graph)
        found = [
            quad.subject
            for quad in by_object
            if isinstance(quad.subject, ox.NamedNode)
            and ox.Quad(quad.subject, _node("rdf:subject"), subject, graph) in self.store
            and ox.Quad(quad.subject, _node("rdf:predicate"), predicate, graph) in self.store
        ]
        return sorted(found, key=str)

    def evidence_of(self, statement: ox.NamedNode, graph: ox.NamedNode | None = None) -> EvidenceView:
        """Return who says so in which words, from the evidence graph or from a proposal's own."""
        graph = graph or self.evidence
        quotes: list[QuoteView] = []
        for target in self.objects(statement, _node("oa:hasTarget"), graph):
            if not isinstance(target, ox.NamedNode):
                continue
            values = {"exact": "", "start": "0", "end": "0"}
            for selector in self.objects(target, _node("oa:hasSelector"), graph):
                if isinstance(selector, ox.NamedNode):
                    for key in values:
                        for value in self.objects(selector, _node(f"oa:{key}"), graph):
                            values[key] = value.value
            quotes.append({"exact": values["exact"], "start": int(values["start"]), "end": int(values["end"])})
        document = self._one_node(statement, "prov:wasQuotedFrom", graph)
        digest_of = None
        if document is not None and not is_mapping_set(document, self.base):
            works = [o for o in self.objects(document, _node("prov:wasDerivedFrom")) if isinstance(o, ox.NamedNode)]
            digest_of = self.named(works[0]) if works else None
        source = self._one_node(statement, "dcterms:source", graph)
        view: EvidenceView = {
            "statement": iri.id_of(statement.value, self.base) or statement.value,
            "document": self.named(document) if document is not None else None,
            "digest_of": digest_of,
            "source": self.named(source) if source is not None else None,
            "quotes": sorted(quotes, key=lambda q: (q["start"], q["end"])),
            "rule": self._one_text(statement, "egov:ruleId", graph),
            "certainty": self._one_text(statement, "egov:certainty", graph),
        }
        if link := link_parts(self, statement, document, graph):
            view["link"] = link
        return view

    def _one_node(self, subject: ox.NamedNode, property_: str, graph: ox.NamedNode) -> ox.NamedNode | None:
        nodes = [o for o in self.objects(subject, _node(property_), graph) if isinstance(o, ox.NamedNode)]
        return nodes[0] if nodes else None

    def _one_text(self, subject: ox.NamedNode, property_: str, graph: ox.NamedNode) -> str:
        texts = [o.value for o in self.objects(subject, _node(property_), graph) if isinstance(o, ox.Literal)]
        return texts[0] if texts else ""

    def triple(self, triple: ox.Triple) -> TripleView:
        """Return a triple of a release with its labels and where it comes from."""
        return self.triple_of((str(triple.subject), str(triple.predicate), str(triple.object)))

    def triple_of(self, texts: Texts) -> TripleView:
        """Return a triple of a proof likewise; rules may have made it of any terms."""
        subject, predicate, object_ = (term_of(text) for text in texts)
        assert isinstance(predicate, ox.NamedNode)
        nodes = nodes_of(texts)
        return {
            "subject": self.named(subject) if isinstance(subject, ox.NamedNode) else _nameless(subject),
            "property": self.named(predicate),
            "object": self.term(object_),
            "origin": self.origin(predicate, self.graphs_of(*nodes) if nodes is not None else []),
        }

    def step(self, triple: ox.Triple) -> StepView | None:
        """Return the step that derives a triple, with labels, or None if nobody knows."""
        step = self.prover.last_step(triple) if self.prover is not None else None
        return self.step_view(step) if step is not None else None

    def step_view(self, step: LastStep) -> StepView:
        """Return a step with its labels and its words."""
        return {
            "rule": step.rule,
            "axiom": step.axiom.removesuffix(" ."),
            "words": {
                lang: rule_in_words(step.rule, step.axiom, lang, functools.partial(self.label, lang=lang))
                for lang in ("en", "ko")
            },
            "premises": [self.triple_of(premise) for premise in step.premises],
        }

    def fact(
        self,
        subject: ox.NamedNode,
        predicate: ox.NamedNode,
        object_: ox.NamedNode | ox.Literal,
        shown: ox.NamedNode | ox.Literal,
        manner: Manner,
    ) -> FactView:
        """Return a fact with all that a page shows of it."""
        graphs = self.graphs_of(subject, predicate, object_)
        statements = self.statements(subject, predicate, object_)
        step = None
        if self.entailed.value in graphs:
            step = self.step(ox.Triple(subject, predicate, object_))
        conflict = any(
            next(self.store.quads_for_pattern(None, _node("egov:inConflict"), s, None), None) is not None
            for s in statements
        )
        return {
            "term": self.term(shown),
            "origin": self.origin(predicate, graphs),
            "graphs": [g.removeprefix(iri.graph_iri("", self.base)) for g in graphs],
            "evidence": [self.evidence_of(s) for s in statements],
            "step": step,
            "conflict": conflict,
            "manner": manner,
        }

    def rule(self, triple: ox.Triple) -> str:
        """Return the id of the rule that derives a triple, or an empty text."""
        step = self.prover.last_step(triple) if self.prover is not None else None
        return step.rule if step is not None else ""


def term_of(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the term of a text in N-Triples form."""
    if text.startswith("<"):
        return ox.NamedNode(text[1:-1])
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    (quad,) = ox.parse(f"<x:s> <x:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.Literal)
    return quad.object


def _nameless(term: ox.BlankNode | ox.Literal) -> Named:
    return {"iri": "", "curie": str(term), "id": "", "labels": {}}


def nodes_of(triple: Texts) -> tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal] | None:
    """Return the terms of a triple, or None if it has one that no triple of a release has."""
    subject, predicate, object_ = (term_of(text) for text in triple)
    if isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode):
        return None if isinstance(object_, ox.BlankNode) else (subject, predicate, object_)
    return None


def describe(
    store: ox.Store, thing: str, *, prover: Explainer | None = None, base: str = iri.BASE
) -> Description | None:
    """Return the description of one thing, or None if the release does not mention it.

    Args:
        store: The store of a release.
        thing: The IRI of the thing.
        prover: Knows the derivations of the release; without it derived facts carry no step.
        base: The base of the deployment.

    Returns:
        Facts and incoming facts grouped by property, each with at most `VALUES` values and true counts. A node of
        the evidence graph (a Statement, a span) is described from there.
    """
    reader = Reader(store, prover, base)
    node = ox.NamedNode(thing)
    hidden = {reader.evidence, reader.ontology, reader.catalogue}
    quads = [q for q in store.quads_for_pattern(node, None, None, None) if isinstance(q.graph_name, ox.NamedNode)]
    known = [q for q in quads if not _is_proposed(q, base)]
    facts = [q for q in known if q.graph_name not in hidden] or known
    if not facts and (iri.id_of(thing, base) or "").startswith(("statement/", "span/")):
        facts = quads  # the evidence of a proposal stands beside it
    incoming = [
        q
        for q in store.quads_for_pattern(None, None, node, None)
        if isinstance(q.graph_name, ox.NamedNode)
        and q.graph_name not in hidden
        and isinstance(q.subject, ox.NamedNode)
        and not _is_proposed(q, base)
    ]
    proposed = proposals_of(reader, node)
    if not facts and not incoming and not proposed:
        return None

    labels = {
        (q.object.value, q.object.language or "")
        for q in facts
        if q.predicate in {PREF, ALT} and isinstance(q.object, ox.Literal)
    }
    own = reader.named(node)
    told = {quad.object for quad in facts if quad.predicate == RDF_TYPE}
    told_of_the_release = {*reader.objects(node, RDF_TYPE, reader.catalogue)} - told
    classes = [
        c for c in reader.objects(node, RDF_TYPE) if isinstance(c, ox.NamedNode) and c not in told_of_the_release
    ]
    return {
        "thing": own,
        "alternatives": [
            {"text": text, "lang": lang}
            for text, lang in sorted(labels, key=lambda t: (t[1], t[0]))
            if own["labels"].get(lang) != text
        ],
        "classes": _most_specific(reader, classes),
        "facts": _groups(reader, ((q.predicate, q.subject, q.object, q.object) for q in facts), inverse=False),
        "incoming": _groups(reader, ((q.predicate, q.subject, node, q.subject) for q in incoming), inverse=True),
        "notes": notes_of(reader, node),
        "proposed": proposed,
        **_implied(reader, [q for q in facts if q.graph_name == reader.entailed]),
    }


class _Implied(TypedDict):
    implied: list[ImpliedView]
    implied_count: int


def _implied(reader: Reader, quads: list[ox.Quad]) -> _Implied:
    rows = [(q.predicate, q.object) for q in quads if isinstance(q.object, ox.NamedNode | ox.Literal)]
    ordered = sorted(rows, key=lambda row: (reader.named(row[0])["curie"], _order(reader, row[1])))
    shown: list[ImpliedView] = [
        {"property": reader.named(predicate), "term": reader.term(term)} for predicate, term in ordered[:IMPLIED]
    ]
    return {"implied": shown, "implied_count": len(rows)}


_is_proposal: Final = functools.lru_cache(maxsize=65_536)(iri.is_proposal)


def _is_proposed(quad: ox.Quad, base: str) -> bool:
    return isinstance(quad.graph_name, ox.NamedNode) and _is_proposal(quad.graph_name.value, base)


def _most_specific(reader: Reader, classes: list[ox.NamedNode]) -> list[Named]:
    """Return the classes that are not a superclass of another one in the list; ours before outside ones."""
    above: set[ox.NamedNode] = set()
    for cls in classes:
        todo = [cls]
        while todo:
            for parent in reader.objects(todo.pop(), _node("rdfs:subClassOf"), reader.ontology):
                if isinstance(parent, ox.NamedNode) and parent not in above and parent != cls:
                    above.add(parent)
                    todo.append(parent)
    return [reader.named(c) for c in classes if c not in above]


_Row = tuple[ox.NamedNode, ox.NamedNode | ox.Literal, ox.NamedNode | ox.Literal]
"""Subject and object of a fact, and which of the two a reader is shown."""

_MANNERS: Final[tuple[Manner, ...]] = ("own", "general", "turned")


def _groups(
    reader: Reader,
    rows: Iterable[tuple[ox.NamedNode, object, object, object]],
    *,
    inverse: bool,
) -> list[GroupView]:
    by_property: dict[ox.NamedNode, set[_Row]] = {}
    properties: dict[_Row, set[ox.NamedNode]] = {}
    for predicate, subject, object_, shown in rows:
        if predicate == RDF_TYPE or predicate.value in _LABELS or predicate.value in _STRUCTURE:
            continue
        if (
            isinstance(subject, ox.NamedNode)
            and isinstance(object_, ox.NamedNode | ox.Literal)
            and isinstance(shown, ox.NamedNode | ox.Literal)
        ):
            row = (subject, object_, shown)
            by_property.setdefault(predicate, set()).add(row)
            properties.setdefault(row, set()).add(predicate)
    groups: list[GroupView] = []
    for predicate, found in by_property.items():
        manners = {row: _manner(reader, predicate, row, properties[row]) for row in found}
        ordered = sorted(found, key=lambda row: (_MANNERS.index(manners[row]), _order(reader, row[2])))
        definitions = [d.value for d in reader.objects(predicate, _node("skos:definition"), reader.ontology)]
        turned = reader.properties.inverse(predicate) if inverse else None
        groups.append(
            {
                "property": reader.named(predicate),
                "inverse": reader.named(turned) if turned is not None else None,
                "definition": definitions[0] if definitions else "",
                "counts": {manner: sum(m == manner for m in manners.values()) for manner in _MANNERS},
                "values": [
                    reader.fact(s, predicate, o, shown, manners[s, o, shown]) for s, o, shown in ordered[:VALUES]
                ],
            }
        )
    return sorted(groups, key=_group_order)


def _manner(reader: Reader, predicate: ox.NamedNode, row: _Row, properties: set[ox.NamedNode]) -> Manner:
    subject, object_, _ = row
    if reader.entailed.value not in (graphs := reader.graphs_of(subject, predicate, object_)) or len(graphs) > 1:
        return "own"
    rule = reader.rule(ox.Triple(subject, predicate, object_))
    if rule.startswith(("prp-inv", "prp-symp")):
        return "turned"
    if rule == "prp-spo1" or any(reader.properties.is_above(predicate, other) for other in properties):
        return "general"
    return "own"


def _order(reader: Reader, term: ox.NamedNode | ox.Literal) -> tuple[str, str]:
    if isinstance(term, ox.Literal):
        return (term.value, term.language or "")
    labels = reader.named(term)["labels"]
    return (labels.get("en", labels.get("ko", term.value)).casefold(), term.value)


_RANK: Final = {"stated": 0, "register": 1, "linked": 2, "possible": 3, "derived": 4}


def _group_order(group: GroupView) -> tuple[int, int, str]:
    curie = group["property"]["curie"]
    first = _FIRST.index(curie) if curie in _FIRST else len(_FIRST)
    return (first, min(_RANK[v["origin"]] for v in group["values"]), curie)
