"""A proof as data: a graph of steps that ends in what was given, as JSON and as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from egov_kg import iri
from egov_kg.inference.plan import Axiom, SchemaTriple, Term

__all__ = ["LastStep", "Node", "OtherStep", "Proof", "ProofAxiom", "Status", "Triple", "axiom_text", "triple_text"]

Status: TypeAlias = Literal["asserted", "entailed", "both", "not-entailed"]
Triple: TypeAlias = tuple[Term, Term, Term]

_LISTED: Final = frozenset(
    f"<{iri.expand('owl:' + name)}>"
    for name in (
        *("propertyChainAxiom", "hasKey", "intersectionOf", "unionOf", "oneOf", "members", "distinctMembers"),
        *("disjointUnionOf",),
    )
)


class Node(NamedTuple):
    """A triple of a proof.

    Attributes:
        triple: Its terms in N-Triples form.
        rule: The rule of its last step; empty for what is only given.
        axiom: Name of the axiom, if the rule has one.
        premises: Names of the nodes that it rests on, in the order of the rule.
        asserted: What is known of a given triple: graphs, statements, source; None for one that is not given.
    """

    triple: Triple
    rule: str
    axiom: str | None
    premises: tuple[str, ...]
    asserted: Mapping[str, Any] | None


class ProofAxiom(NamedTuple):
    """An axiom of a proof.

    Attributes:
        triples: Its triples, in the order of the rule.
        steps: Names of the nodes that prove those of them that were not given.
        origin: What is known of it: its graph.
    """

    triples: Axiom
    steps: tuple[str, ...]
    origin: Mapping[str, Any]


class OtherStep(NamedTuple):
    """Another last step of the triple that was asked for."""

    rule: str
    axiom: Axiom
    premises: tuple[Triple, ...]


class LastStep(NamedTuple):
    """How a triple follows: the rule, its axiom as Turtle (empty for none), and the triples that it rests on."""

    rule: str
    axiom: str
    premises: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a triple holds.

    Attributes:
        triple: What was asked for, in N-Triples terms; three empty texts for a contradiction.
        status: ``asserted`` if it is only given, ``entailed`` if it only follows, or ``both``.
        root: Name of the node that stands for it.
        nodes: All nodes by name, each before its premises; one that is needed twice stands once.
        axioms: All axioms by name.
        others: Its other last steps.
    """

    triple: Triple
    status: Status
    root: str
    nodes: Mapping[str, Node]
    axioms: Mapping[str, ProofAxiom]
    others: tuple[OtherStep, ...] = ()
    members: Callable[[Term], tuple[Term, ...]] = field(default=lambda _: (), compare=False, repr=False)

    @property
    def leaves(self) -> tuple[Triple, ...]:
        """The given triples that it rests on, each once, in term order."""
        return tuple(sorted({node.triple for node in self.nodes.values() if not node.rule}))

    def step(self, name: str) -> LastStep | None:
        """Return the last step of a node; None for one that is only given."""
        node = self.nodes[name]
        if not node.rule:
            return None
        axiom = axiom_text(self.axioms[node.axiom].triples, self.members) if node.axiom else ""
        return LastStep(node.rule, axiom, tuple(self.nodes[premise].triple for premise in node.premises))

    def below(self, name: str) -> tuple[str, ...]:
        """Return the nodes that a node rests on: its premises, and what proves of its axiom what was not given."""
        node = self.nodes[name]
        return (*node.premises, *(self.axioms[node.axiom].steps if node.axiom else ()))

    def other_steps(self) -> tuple[LastStep, ...]:
        """Return the other last steps of the triple that was asked for."""
        return tuple(LastStep(one.rule, axiom_text(one.axiom, self.members), one.premises) for one in self.others)

    def as_json(self) -> dict[str, Any]:
        """Return the proof as the object that the checker, pages and programs read."""
        return {
            "triple": list(self.triple) if any(self.triple) else None,
            "status": self.status,
            "root": self.root,
            "nodes": {name: _node(node) for name, node in self.nodes.items()},
            "axioms": {
                name: {
                    "turtle": axiom_text(axiom.triples, self.members),
                    "triples": [list(triple) for triple in axiom.triples],
                    **({"steps": list(axiom.steps)} if axiom.steps else {}),
                    **axiom.origin,
                }
                for name, axiom in self.axioms.items()
            },
            "otherDerivations": len(self.others),
            **({"others": [self._other(other) for other in self.others]} if self.others else {}),
        }

    def _other(self, step: OtherStep) -> dict[str, Any]:
        return {
            "rule": step.rule,
            "axiom": axiom_text(step.axiom, self.members),
            "premises": [list(triple) for triple in step.premises],
        }

    def as_text(self) -> str:
        """Return the proof for a terminal: a tree, with what stands above already only named."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        shown: set[str] = set()
        waiting = [(0, self.root)]
        while waiting:
            depth, name = waiting.pop()
            node = self.nodes[name]
            why = "given"
            if node.rule:
                axiom = f": {axiom_text(self.axioms[node.axiom].triples, self.members)}" if node.axiom else ""
                given = "given, and " if node.asserted is not None else ""
                why = f"{given}{node.rule}{axiom}"
            again = name in shown and bool(node.rule)
            yield f"{'  ' * depth}{triple_text(node.triple)}  [{'as above' if again else why}]"
            if not again:
                shown.add(name)
                waiting += [(depth + 1, premise) for premise in reversed(self.below(name))]
        if self.others:
            yield f"other last steps: {len(self.others)}"
            for other in self.others:
                premises = "; ".join(map(triple_text, other.premises))
                yield f"  {other.rule} {axiom_text(other.axiom, self.members)} from {premises}"


def _node(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {"triple": list(node.triple) if any(node.triple) else None}
    if node.rule:
        found["rule"] = node.rule
        if node.axiom is not None:
            found["axiom"] = node.axiom
        found["premises"] = list(node.premises)
    if node.asserted is not None:
        found["asserted"] = dict(node.asserted)
    return found


def _term(term: Term) -> str:
    if not term.startswith("<"):
        return term
    short = iri.curie(term[1:-1])
    return short if ":" in short and not short.startswith(("http:", "https:", "urn:")) else term


def triple_text(triple: Triple) -> str:
    """Return a triple as Turtle without its point, with CURIEs of our prefixes.

    Example:
        >>> triple_text(("<urn:a>", "<http://www.w3.org/2002/07/owl#sameAs>", "<urn:b>"))
        '<urn:a> owl:sameAs <urn:b>'
    """
    return " ".join(map(_term, triple)) if any(triple) else "contradiction"


def axiom_text(axiom: Axiom, members: Callable[[Term], tuple[Term, ...]] = lambda _: ()) -> str:
    """Return an axiom as Turtle, lists in parentheses, with CURIEs of our prefixes.

    Example:
        >>> rdfs = "http://www.w3.org/2000/01/rdf-schema#"
        >>> axiom_text((("<urn:a>", f"<{rdfs}subClassOf>", "<urn:b>"),))
        '<urn:a> rdfs:subClassOf <urn:b> .'
    """

    def told(triple: SchemaTriple) -> str:
        subject, predicate, thing = triple
        value = f"( {' '.join(map(_term, members(thing)))} )" if predicate in _LISTED else _term(thing)
        return f"{_term(subject)} {_term(predicate)} {value} ."

    return " ".join(map(told, axiom))
