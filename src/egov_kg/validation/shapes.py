"""SHACL, run on the parts of the dataset that the shapes are about, told in our own findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pyoxigraph import NamedNode, Quad, Triple

from egov_kg import assets, iri
from egov_kg.errors import ConfigurationError
from egov_kg.model import Document
from egov_kg.rdf.dataset import Dataset
from egov_kg.rdf.ontology import ontology_quads, read_turtle
from egov_kg.validation.asserted import Asserted, Node, holds_content
from egov_kg.validation.finding import Finding, Severity, sorted_findings
from egov_kg.validation.integrity import check_integrity
from egov_kg.validation.shacl import Graph, Result, Shapes, unknown_words

if TYPE_CHECKING:
    from rdflib import Graph as RdflibGraph

Engine = Literal["own", "pyshacl"]

__all__ = ["TOLD_BY_CONFLICTS", "Engine", "check_dataset", "check_shapes", "run_shapes"]

HOME: Final = "https://w3id.org/egov-kg/shapes"
_SH: Final = iri.PREFIXES["sh"]
_PART_OF: Final = iri.expand("dcterms:isPartOf")

TOLD_BY_CONFLICTS: Final = frozenset(
    f"{HOME}#{name}"
    for name in (
        *("CitedLaterShape", "LawDateShape", "LegalBasisShape", "PossiblySameShape", "StatedLanguageShape"),
        *("StatedYearShape", "TermOverlapShape", "partOf-cycle", "precedes-cycle", "successor-cycle"),
        "successorLaw-cycle",
    )
)
"""Shapes whose subject `find_conflicts` tells better: earlier, and with the Statements concerned."""


def check_shapes(
    quads: Sequence[Quad],
    entailed: Iterable[Triple],
    base: str = iri.BASE,
    *,
    documents: Iterable[Document] = (),
    all_shapes: bool = False,
) -> tuple[Finding, ...]:
    """Return what the shapes and the checks of integrity find in a dataset.

    Args:
        quads: All graphs. Without ``graph/ontology`` the ontology that comes with egov-kg is read.
        entailed: What the reasoner added.
        base: The base of the dataset.
        documents: The texts that quotations are compared with, character by character.
        all_shapes: Also run the shapes of what `find_conflicts` tells (`TOLD_BY_CONFLICTS`).

    Raises:
        ConfigurationError: If ``shapes.ttl`` cannot be run.
    """
    entailed = tuple(entailed)
    graph = NamedNode(iri.graph_iri("ontology", base))
    ontology = [quad for quad in quads if quad.graph_name == graph] or list(ontology_quads(base))
    without = frozenset() if all_shapes else TOLD_BY_CONFLICTS
    found = [
        *run_shapes(quads, entailed, ontology, base, without=without),
        *check_integrity(quads, entailed, ontology, base, documents=documents),
    ]
    return sorted_findings(found)


def check_dataset(
    dataset: Dataset, entailed: Iterable[Triple], *, documents: Iterable[Document]
) -> tuple[Finding, ...]:
    """Return what `check_shapes` would find in all quads of a dataset, without making quads of all its evidence.

    Statements are made in one way from facts, so each form of them is checked once (`Evidence.sample`), and those that
    something else in the dataset speaks of. That each asserted triple has its Statement, and no other triple one, is
    checked for all. A form that has a flaw is told at one Statement; then everything is checked as quads.

    Args:
        dataset: All graphs, the default graph and the ontology among them.
        entailed: What the reasoner added.
        documents: The texts.
    """
    entailed, documents, base = tuple(entailed), tuple(documents), dataset.base
    if dataset.evidence is None:
        return check_shapes(dataset.quads, entailed, base, documents=documents)
    graph = NamedNode(iri.graph_iri("ontology", base))
    ontology = [quad for quad in dataset.quads if quad.graph_name == graph]
    start = iri.thing_iri("statement/", base)
    terms = {quad.subject for quad in dataset.quads} | {quad.object for quad in dataset.quads}
    referred = {term.value for term in terms if isinstance(term, NamedNode) and term.value.startswith(start)}
    quads = [*dataset.quads, *dataset.evidence.sample(referred).quads()]
    index = Asserted(quads, ontology, base, evidence=dataset.evidence)
    found = [
        *run_shapes(quads, entailed, ontology, base, without=TOLD_BY_CONFLICTS, index=index),
        *check_integrity(quads, entailed, ontology, base, documents=documents, index=index),
    ]
    nodes = tuple(iri.thing_iri(name, base) for name in ("statement/", "span/"))
    if any(one.severity == "violation" and one.focus.startswith(nodes) for one in found):
        return check_shapes(tuple(dataset.all_quads()), entailed, base, documents=documents)
    return sorted_findings(found)


def run_shapes(
    quads: Sequence[Quad],
    entailed: Iterable[Triple],
    ontology: Sequence[Quad],
    base: str = iri.BASE,
    *,
    shapes: Path | None = None,
    without: frozenset[str] = frozenset(),
    engine: Engine = "own",
    index: Asserted | None = None,
) -> tuple[Finding, ...]:
    """Return what the shapes find: one part on the asserted dataset with its evidence, one on the closure without.

    Args:
        quads: All graphs.
        entailed: What the reasoner added.
        ontology: For the classes above the asserted ones; pySHACL infers nothing.
        base: The base of the dataset.
        shapes: A file of shapes; ours if None. A shape belongs to ``part:asserted`` or ``part:closure`` by
            ``dcterms:isPartOf``; without that it runs on both.
        without: The IRIs of shapes that are not run.
        engine: ``own`` runs what `egov_kg.validation.shacl` knows and leaves the file to pySHACL if it has a word
            beyond that; ``pyshacl`` always does.
        index: The index of these quads, if there is one already.

    Raises:
        ConfigurationError: If the file cannot be read or run.
    """
    words_graph = NamedNode(iri.graph_iri("evidence", base))
    names = {q.graph_name.value for q in quads if isinstance(q.graph_name, NamedNode)}
    content = frozenset(name for name in names if holds_content(name, base))
    facts = [q for q in quads if isinstance(q.graph_name, NamedNode) and q.graph_name.value in content]
    words = [quad for quad in quads if quad.graph_name == words_graph]
    asserted = index or Asserted(quads, ontology, base)
    shapes = shapes or assets.ontology("shapes.ttl")
    axioms = read_turtle(shapes)
    parts: dict[str, list[Quad | Triple]] = {
        "asserted": [*facts, *words, *ontology],
        "closure": [*facts, *entailed, *ontology],
    }
    found: list[Finding] = []
    for part, data in parts.items():
        off = without | {
            t.subject.value for t in axioms if _is_of_other_part(t, part) and isinstance(t.subject, NamedNode)
        }
        reader = _Reader(axioms, asserted)
        if engine == "own" and not unknown_words(axioms):
            try:
                found.extend(reader.findings(Shapes(axioms, off).results(Graph(data))))
            except ConfigurationError as error:
                raise ConfigurationError(f"{shapes} cannot be run: {error}") from error
        else:
            found.extend(reader.findings(_told(_results(data, axioms, off, shapes))))
    return sorted_findings(found)


def _is_of_other_part(triple: Triple, part: str) -> bool:
    return (
        triple.predicate.value == _PART_OF
        and isinstance(triple.object, NamedNode)
        and triple.object.value.startswith(f"{HOME}/")
        and triple.object.value != f"{HOME}/{part}"
    )


def _results(data: Iterable[Quad | Triple], axioms: Iterable[Triple], off: frozenset[str], path: Path) -> list[Triple]:
    # Half a second of imports that only a validation needs.
    import pyshacl  # noqa: PLC0415
    import rdflib  # noqa: PLC0415

    from egov_kg.rdf.convert import rdflib_graph, triples_from_rdflib  # noqa: PLC0415

    shapes = rdflib_graph(axioms)
    for name in off:
        shapes.add((rdflib.URIRef(name), rdflib.URIRef(f"{_SH}deactivated"), rdflib.Literal(True)))
    report: RdflibGraph | Any
    try:
        _, report, _ = pyshacl.validate(rdflib_graph(data), shacl_graph=shapes, inference="none", inplace=True)
    except Exception as error:  # pySHACL lets through what rdflib, its own loader and SPARQL raise
        raise ConfigurationError(f"{path} cannot be run: {error}") from error
    if not hasattr(report, "triples"):
        raise ConfigurationError(f"{path} cannot be run: {report}")
    return triples_from_rdflib(report)


def _told(results: Iterable[Triple]) -> Iterator[Result]:
    """Yield the results in a report of SHACL."""
    told: dict[Any, Result] = {}
    for triple in results:
        word = triple.predicate.value.removeprefix(_SH)
        told.setdefault(triple.subject, {}).setdefault(word, []).append(triple.object)
    for result in told.values():
        if "focusNode" in result:
            yield result


class _Reader:
    """From the results of SHACL to findings."""

    def __init__(self, axioms: Iterable[Triple], asserted: Asserted) -> None:
        self.asserted = asserted
        self.shape: dict[Any, dict[str, list[Node]]] = {}
        self.parent: dict[Any, Any] = {}
        for triple in axioms:
            word = triple.predicate.value.removeprefix(_SH)
            if word == "property":
                self.parent[str(triple.object)] = triple.subject
            elif word in {"message", "severity", "targetSubjectsOf", "targetObjectsOf"}:
                self.shape.setdefault(triple.subject, {}).setdefault(word, []).append(triple.object)  # type: ignore[arg-type]

    def findings(self, results: Iterable[Result]) -> Iterable[Finding]:
        for result in results:
            yield self._finding(result)

    def _finding(self, result: Result) -> Finding:
        source = result["sourceShape"][0]
        named = source
        while not isinstance(named, NamedNode) and str(named) in self.parent:
            named = self.parent[str(named)]
        about = self.shape.get(named, {})
        focus = result["focusNode"][0]
        path: Any = next((p for p in result.get("resultPath", ()) if isinstance(p, NamedNode)), None)
        value: Any = next(iter(result.get("value", ())), None)
        of_graph = focus == NamedNode(HOME) and value is not None  # such a message names the thing itself
        if of_graph:
            focus, value = value, None
        messages = result.get("resultMessage", []) if named is source else about.get("message", [])
        message = self._words(messages)
        if named is not source and path is not None:
            message = f"{message} ({iri.curie(path.value)})"
        uses = self._uses(about, focus) if path is None else []
        if uses:
            message = f"{message} ({', '.join(sorted({prop for _, prop, _ in uses}))})"
        name = self.asserted.name(focus)
        told = result["resultSeverity"][0]
        severity = told if named is source else about.get("severity", [told])[0]
        return Finding(
            severity=_severity(severity),
            check=_check(named.value),
            focus=focus.value if isinstance(focus, NamedNode) else str(focus),
            message=message if of_graph else f"{name}: {message}",
            path=path.value if path else "",
            value="" if value is None or value == focus else value.value,
            statements=self.asserted.statements(*uses) or self._statements(focus, path, value),
        )

    def _uses(self, about: dict[str, list[Node]], focus: Any) -> list[tuple[NamedNode, str, Node]]:
        """Return the facts that brought a thing before a shape which looks at the ends of properties."""
        starts = [iri.curie(prop.value) for prop in about.get("targetSubjectsOf", ())]
        ends = [iri.curie(prop.value) for prop in about.get("targetObjectsOf", ())]
        found = [(subject, prop, focus) for prop in ends for subject in self.asserted.having(prop, focus)]
        if isinstance(focus, NamedNode):
            found += [(focus, prop, o) for prop in starts for o in self.asserted.objects(focus, prop)]
        return found

    def _words(self, messages: Iterable[Any]) -> str:
        texts = sorted(messages, key=lambda text: (text.language != "en", not text.value.isascii(), text.value))
        text = texts[0].value if texts else "does not conform"
        return _IRI.sub(lambda found: self.asserted.name(NamedNode(found[0])), text)

    def _statements(self, focus: Any, path: NamedNode | None, value: Any) -> tuple[str, ...]:
        if path is None or not isinstance(focus, NamedNode):
            return ()
        name = iri.curie(path.value)
        if ":" not in name or name.startswith("http"):
            return ()
        values = [value] if value is not None and value != focus else self.asserted.objects(focus, name)
        return self.asserted.statements(*((focus, name, one) for one in values))


_IRI: Final = re.compile(r"https?://[^\s<>\"]+")


def _severity(term: Node) -> Severity:
    name = term.value.removeprefix(_SH)
    return "warning" if name == "Warning" else "info" if name == "Info" else "violation"


def _check(shape: str) -> str:
    """Return the name of a check from the IRI of its shape.

    Example:
        >>> _check("https://w3id.org/egov-kg/shapes#KoreanLabelShape"), _check("https://x.org/s#Actor-class")
        ('korean-label', 'actor-class')
    """
    name = shape.rpartition("#")[2].removesuffix("Shape")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
