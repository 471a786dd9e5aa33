"""What a release says: its Statements with their passages, and what follows from them, in the form of predictions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from egov_kg import iri, vocab
from egov_kg.evaluation.predictions import Passage, Prediction
from egov_kg.store import Release

__all__ = ["document_names", "from_release"]

_STATEMENTS: Final = """
SELECT ?statement ?s ?p ?o ?document ?rule ?quote ?start WHERE {{
  GRAPH <{evidence}> {{
    ?statement rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; prov:wasQuotedFrom ?document ; egov:ruleId ?rule ;
               oa:hasTarget ?span .
    ?span oa:hasSelector ?words , ?place .
    ?words oa:exact ?quote . ?place oa:start ?start
  }}
}} ORDER BY ?statement ?start
"""
_PASSED_OVER: Final = frozenset({"rdf:type", "egov:measure", "egov:value", "egov:citedWork"})
_LOADERS: Final = ("label.", "resolved.", "type.")
"""How the ids of rules begin by which the loader draws its own conclusions from the words of documents."""

_TYPE: Final = ox.NamedNode(iri.expand("rdf:type"))


def document_names(release: Release) -> dict[str, str]:
    """Return the id of each document of a release by the name of its file without suffix, and by the end of its id."""
    rows = release.report["documents"]
    by_id = {str(row["id"]).rpartition("/")[2]: str(row["id"]) for row in rows}
    by_file = {str(row["source"]).rpartition(".")[0] or str(row["source"]): str(row["id"]) for row in rows}
    return {**by_id, **by_file}


def from_release(release: Release, names: Mapping[str, str]) -> Iterator[Prediction]:
    """Yield what a release says.

    First what Statements of the documents that are named say in the documents' own words; then, without a document,
    every other fact of the default graph: what the loader concluded, the reasoner derived and registers say. The latter
    may be found, and are never false.

    Args:
        release: The release.
        names: What the gold calls each document, by id.
    """
    words = _Words(release)
    said: set[tuple[str, str, str]] = set()
    passages: defaultdict[str, list[Passage]] = defaultdict(list)
    found: dict[str, dict[str, ox.NamedNode | ox.Literal]] = {}
    for row in release.select(_STATEMENTS.format(evidence=iri.graph_iri("evidence", release.base)), as_terms=True):
        key = str(row["statement"])
        found[key] = row
        passages[key].append(Passage("", " ".join(row["quote"].value.split())))
    for key, row in found.items():
        one = words.prediction(row["s"], row["p"], row["o"])
        doc = names.get(iri.id_of(row["document"].value, release.base) or "")
        rule = row["rule"].value
        if one is None or doc is None or rule.startswith(_LOADERS) or one.relation == "egov:ranDuring":
            continue
        said.add((one.subject, one.relation, one.object))
        yield Prediction(doc, one.subject, one.relation, one.object, one.subject_class, rule, tuple(passages[key]))
    for quad in release.store().quads_for_pattern(None, None, None, ox.DefaultGraph()):
        one = words.prediction(quad.subject, quad.predicate, quad.object)
        if one is not None and (one.subject, one.relation, one.object) not in said:
            yield one


class _Words:
    """Turns terms into what the gold would call them."""

    def __init__(self, release: Release) -> None:
        self._base = release.base
        self._labels = release.labels()
        self._store = release.store()
        self._classes: dict[str, str] = {}

    def prediction(self, subject: object, prop: object, value: object) -> Prediction | None:
        """Return a triple between things with names as a prediction without a document, None for any other."""
        assert isinstance(prop, ox.NamedNode)
        relation = iri.curie(prop.value)
        if not isinstance(subject, ox.NamedNode) or relation in _PASSED_OVER or subject.value not in self._labels:
            return None
        if relation in {"egov:hasMeasurement", "egov:hasCitation"}:
            relation, words = self._of_node(relation, value)
        else:
            words = self._words(value)
        if not words:
            return None
        return Prediction("", self._labels[subject.value], relation, words, self._class(subject))

    def _words(self, value: object) -> str:
        if isinstance(value, ox.Literal):
            return " ".join(value.value.split())
        if not isinstance(value, ox.NamedNode):
            return ""
        name = iri.id_of(value.value, self._base)
        if name is None:
            return value.value
        if name.startswith("time/"):
            return name.rpartition("/")[2].replace("..", "/")
        return self._labels.get(value.value, "")

    def _of_node(self, relation: str, node: object) -> tuple[str, str]:
        """Return a counter or a cited page as extraction prints it, flat."""
        if not isinstance(node, ox.NamedNode):
            return relation, ""
        if relation == "egov:hasCitation":
            return "egov:citedPage", self._one(node, "egov:citedPage")
        measure = self._one(node, "egov:measure").rpartition("/")[2]
        return f"{relation}#{measure}", self._one(node, "egov:value")

    def _one(self, node: ox.NamedNode, prop: str) -> str:
        for quad in self._store.quads_for_pattern(node, ox.NamedNode(iri.expand(prop)), None, ox.DefaultGraph()):
            if isinstance(quad.object, (ox.NamedNode, ox.Literal)):
                return quad.object.value
        return ""

    def _class(self, subject: ox.NamedNode) -> str:
        if subject.value not in self._classes:
            quads = self._store.quads_for_pattern(subject, _TYPE, None, ox.DefaultGraph())
            names = sorted(iri.curie(quad.object.value) for quad in quads if isinstance(quad.object, ox.NamedNode))
            known = [name for name in names if name in vocab.CLASSES]
            specific = vocab.most_specific(tuple(known))
            self._classes[subject.value] = specific[0] if specific else ""
        return self._classes[subject.value]
