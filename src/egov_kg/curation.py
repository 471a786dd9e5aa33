"""Accepted changes folded into the asserted graphs; each added triple names the record that it comes from.

What documents say is found again by every build, so the changes are laid over it again by every build, in their order.
A triple that a change adds gets a Statement like every other, of the rule ``update``, whose source is the change; one
that it takes away loses its Statements, and the record of the change tells that it was there.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.rdf import from_nquads
from egov_kg.rdf.evidence import GRAPH as EVIDENCE
from egov_kg.store.changes import Change

__all__ = ["RULE", "Curated", "Unfit", "asserted_only"]

RULE: Final = "update"
"""The rule id of the Statements about what a change added."""

_CHANGES: Final = "background/changes"
_CONTENT: Final = ("document/", "background/", "links/")
_XSD: Final = iri.PREFIXES["xsd"]
_PARTS: Final = tuple(iri.expand(f"rdf:{part}") for part in ("subject", "predicate", "object"))
_TARGET: Final = iri.expand("oa:hasTarget")

Terms = tuple[str, str, str]
"""A triple as three terms in N-Triples form."""


class Unfit(Exception):
    """A record that no release can take; caught where records are set aside.

    Attributes:
        check: What it offends against.
        message: The same in a sentence.
    """

    def __init__(self, check: str, message: str) -> None:
        self.check, self.message = check, message
        super().__init__(message)


def asserted_only(quads: Iterable[ox.Quad], base: str) -> Iterator[ox.Quad]:
    """Yield the quads that a release asserts, without those that the next one makes anew, evidence included."""
    made = {*(iri.graph_iri(name, base) for name in iri.DERIVED_GRAPHS if name not in {EVIDENCE, _CHANGES})}
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value not in made:
            yield quad


class Curated:
    """Asserted quads that changes are applied to, one after the other.

    Args:
        quads: All asserted graphs with their evidence.
        base: The base of the deployment.
    """

    def __init__(self, quads: Iterable[ox.Quad], base: str) -> None:
        self.base = base
        self._lines: dict[str, ox.Quad] = {f"{quad} .": quad for quad in quads}
        self._start, self._graphs = iri.thing_iri("", base), iri.graph_iri("", base)
        self._evidence = ox.NamedNode(iri.graph_iri(EVIDENCE, base))
        self._build = self._find_build()
        self._gone: set[Terms] = set()

    def copy(self) -> Curated:
        """Return the same, to try something on."""
        other = Curated((), self.base)
        other._lines, other._build, other._gone = dict(self._lines), self._build, set(self._gone)
        return other

    def quads(self) -> tuple[ox.Quad, ...]:
        """Return all quads in canonical order."""
        self._forget()
        return tuple(self._lines[line] for line in sorted(self._lines, key=str.encode))

    def _find_build(self) -> str:
        kind, build = ox.NamedNode(iri.expand("rdf:type")), ox.NamedNode(iri.expand("egov:Build"))
        found = (str(q.subject) for q in self._lines.values() if q.object == build and q.predicate == kind)
        return min(found, default=f"<{self._start}build/none>")

    def apply(self, change: Change) -> None:
        """Apply a change: what it removes, then what it adds, then where that comes from.

        Raises:
            Unfit: If it touches a graph that every release makes anew, or is no RDF; then nothing was done.
        """
        removed, added = (self._parsed(lines, change) for lines in (change.removed, change.added))
        for quad in (*removed.values(), *added.values()):
            self._check_graph(quad)
        gone = [self._remove(line, quad) for line, quad in removed.items()]
        self._gone.update(_terms(quad) for quad in gone if quad is not None and self._is_content(quad))
        if not self._gone.isdisjoint(_terms(quad) for quad in added.values()):
            self._forget()  # what comes back is said by the change alone
        self._lines.update(added)
        if any(gone) or added:
            self._lines.update((f"{quad} .", quad) for quad in self._provenance(change, added.values()))

    def _parsed(self, lines: Iterable[str], change: Change) -> dict[str, ox.Quad]:
        try:
            quads = from_nquads("".join(f"{line}\n" for line in lines).encode(), source=f"change {change.number}")
        except ValueError as error:
            raise Unfit("rdf-syntax", str(error)) from error
        return {f"{quad} .": quad for quad in quads}

    def _check_graph(self, quad: ox.Quad) -> None:
        name = quad.graph_name
        if not isinstance(name, ox.NamedNode):
            raise Unfit("derived-graph", "the default graph is made from the others")
        if iri.is_derived_graph(name.value, self.base):
            raise Unfit("derived-graph", f"the graph {name.value} is made by every release")
        if isinstance(quad.object, ox.Triple):
            raise Unfit("triple-term", "a triple about a triple has no place in the dumps")

    def _remove(self, line: str, quad: ox.Quad) -> ox.Quad | None:
        found = self._lines.pop(line, None)
        if found is None and isinstance(quad.object, ox.Literal):
            found = self._lines.pop(self._as_written(quad), None)
        return found

    def _as_written(self, quad: ox.Quad) -> str:
        """Return the line of what the engine folds to a literal: it knows 1.5 where the dumps say 1.50."""
        start = f"{quad.subject} {quad.predicate} "
        for line, candidate in self._lines.items():
            if line.startswith(start) and candidate.graph_name == quad.graph_name:
                folded = ox.Store()
                folded.add(candidate)
                if quad in folded:
                    return line
        return ""

    def _forget(self) -> None:
        """Remove the Statements about triples that no graph asserts any more, and words that nothing points at."""
        gone, self._gone = self._gone, set()
        if not gone:
            return
        subjects = {subject for subject, _, _ in gone}
        about: defaultdict[str, dict[str, str]] = defaultdict(dict)
        targets: defaultdict[str, set[str]] = defaultdict(set)
        for quad in self._lines.values():
            if quad.graph_name == self._evidence:
                prop = quad.predicate.value
                if prop in _PARTS:
                    about[str(quad.subject)][prop] = str(quad.object)
                elif prop == _TARGET:
                    targets[str(quad.subject)].add(str(quad.object))
            elif str(quad.subject) in subjects and self._is_content(quad):
                gone.discard(_terms(quad))
        doomed = {name for name, terms in about.items() if tuple(terms.get(part, "") for part in _PARTS) in gone}
        kept = {span for name, spans in targets.items() if name not in doomed for span in spans}
        for span in {span for name in doomed for span in targets.get(name, ())} - kept:
            doomed |= {span, f"{span[:-1]}/quote>", f"{span[:-1]}/position>"}
        for line, quad in list(self._lines.items()):
            if quad.graph_name == self._evidence and str(quad.subject) in doomed:
                del self._lines[line]

    def _is_content(self, quad: ox.Quad) -> bool:
        name = quad.graph_name
        return (
            isinstance(name, ox.NamedNode)
            and name.value.startswith(self._graphs)
            and name.value[len(self._graphs) :].startswith(_CONTENT)
            and not iri.is_proposal(name.value, self.base)
        )

    def _provenance(self, change: Change, added: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """Yield what the graph says of a change, and a Statement for each triple that it added to what is asserted.

        What stands in a graph of another name is kept there, and asserted by nobody.
        """
        node = f"<{self._start}change/{change.number}>"
        evidence, told = str(self._evidence), f"<{self._graphs}{_CHANGES}>"
        when = change.time[:19].replace("T", " ")
        names = {
            "en": f"Change {change.number}, {when} UTC, token {change.token}",
            "ko": f"변경 {change.number}, {when} UTC, 토큰 {change.token}",
        }
        lines = [f"{node} <{iri.expand('rdf:type')}> <{iri.expand('egov:Document')}> {told} ."]
        lines += [
            f"{node} <{iri.expand('skos:prefLabel')}> {ox.Literal(name, language=lang)} {told} ."
            for lang, name in names.items()
        ]
        day, words = f'"{change.time[:10]}"^^<{_XSD}date>', (change.time, f"token {change.token}")
        lines.append(f"{node} <{iri.expand('dcterms:issued')}> {day} {evidence} .")
        lines += [f"{node} <{iri.expand('dcterms:identifier')}> {ox.Literal(word)} {evidence} ." for word in words]
        lines.append(f'{node} <{iri.expand("dcterms:identifier")}> "request sha256:{change.request}" {evidence} .')
        for triple in sorted({_terms(quad) for quad in added if self._is_content(quad)}):
            lines += self._statement(node, triple)
        yield from from_nquads("".join(f"{line}\n" for line in lines).encode())

    def _statement(self, change: str, triple: Terms) -> Iterator[str]:
        name = hashlib.sha256("\n".join((change, *triple)).encode()).hexdigest()[:32]
        statement, (subject, predicate, thing) = f"<{self._start}statement/{name}>", triple
        values = {
            "rdf:type": f"<{iri.expand('egov:Statement')}>",
            "rdf:subject": subject,
            "rdf:predicate": predicate,
            "rdf:object": thing,
            "egov:certainty": '"background"',
            "egov:ruleId": f'"{RULE}"',
            "dcterms:source": change,
            "prov:wasGeneratedBy": self._build,
        }
        for prop, value in values.items():
            yield f"{statement} <{iri.expand(prop)}> {value} {self._evidence} ."


def _terms(quad: ox.Quad) -> Terms:
    return str(quad.subject), str(quad.predicate), str(quad.object)
