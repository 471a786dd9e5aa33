"""The schema triples that follow, as a mapping that finds a subject's triples and steps when it is asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from egov_kg.errors import SchemaTooLarge
from egov_kg.inference import owl
from egov_kg.inference.plan import SchemaStep, SchemaTriple, Term
from egov_kg.inference.saturation import Saturation

__all__ = ["Entailed"]

_MOST = 10_000_000
_DECLARATIONS = {"cls-nothing1", "cls-thing", "scm-cls", "scm-dp", "scm-op"}


class Entailed(Mapping[SchemaTriple, SchemaStep]):
    """Entailed schema triples with their steps; iteration is sorted.

    What is below itself, and what the declarations of classes and properties imply (`implied`) can be looked up, since
    other steps rest on it, and is not listed. Names that are the same as others have all triples of these, by
    eq-rep-s and eq-rep-o.

    Raises:
        SchemaTooLarge: On iteration, if the closure of the hierarchies is beyond any use: 100,000 classes in one chain
            have 5 G pairs. Looking up works all the same.
    """

    def __init__(
        self,
        saturation: Saturation,
        given: frozenset[SchemaTriple],
        names: Mapping[Term, Term],
        groups: Mapping[Term, tuple[Term, ...]],
    ) -> None:
        self._saturation, self._given, self._names = saturation, given, names
        self._groups = {name: groups[name] for name in names}
        self._by_name: dict[SchemaTriple, list[SchemaTriple]] = {}
        self._by_subject: dict[Term, list[SchemaTriple]] = {}
        if names:
            for triple in sorted(given):
                named = self._named(triple)
                self._by_name.setdefault(named, []).append(triple)
                self._by_subject.setdefault(named[0], []).append(named)
        self._last: tuple[Term, dict[SchemaTriple, SchemaStep], dict[SchemaTriple, SchemaStep]] = ("", {}, {})

    def _named(self, triple: SchemaTriple) -> SchemaTriple:
        subject, predicate, value = triple
        names = self._names
        return names.get(subject, subject), names.get(predicate, predicate), names.get(value, value)

    def _of(self, subject: Term) -> tuple[dict[SchemaTriple, SchemaStep], dict[SchemaTriple, SchemaStep]]:
        """Return what is entailed and what is implied about a representative."""
        if self._last[0] != subject:
            about = self._saturation.about(subject)
            implied = self._saturation.implied(subject)
            for triple, step in about.items():
                if triple[0] == triple[2] or triple in implied:
                    first = implied.get(triple, step)
                    implied[triple] = first if first.rule in _DECLARATIONS else step
            known = self._saturation.tbox.triples
            entailed = {t: step for t, step in about.items() if t not in implied and t not in known}
            self._last = (subject, entailed, implied)
        return self._last[1], self._last[2]

    def __getitem__(self, triple: SchemaTriple) -> SchemaStep:
        if triple in self._given:
            raise KeyError(triple)
        named = self._named(triple)
        entailed, implied = self._of(named[0])
        step = entailed.get(named) or implied.get(named)
        if step is None and named not in self._by_name:
            return self._other_value(triple)
        if named in self._by_name:
            return self._renamed(triple, self._by_name[named])
        if named != triple:
            return self._renamed(triple, [(named[0], triple[1], triple[2]), named])
        assert step is not None
        return step

    def _other_value(self, triple: SchemaTriple) -> SchemaStep:
        """Return the step to a restriction whose value is written in another way."""
        subject, predicate, value = triple
        if predicate == owl.HAS_VALUE:
            same = self._saturation.same
            for other in self._saturation.tbox.values(subject, predicate):
                if other != value and same(other) == same(value):
                    return SchemaStep("eq-rep-o", ((other, owl.SAME, value), (subject, predicate, other)))
        raise KeyError(triple)

    def _renamed(self, triple: SchemaTriple, sources: list[SchemaTriple]) -> SchemaStep:
        """Return the step of eq-rep from one of the triples that say the same under other names."""
        subject, predicate, value = triple
        for source in sources:
            if source[:2] == (subject, predicate) and source[2] != value:
                return SchemaStep("eq-rep-o", ((source[2], owl.SAME, value), source))
        for source in sources:
            if source[0] == subject and source[1] != predicate:
                return SchemaStep("eq-rep-p", ((source[1], owl.SAME, predicate), (subject, source[1], value)))
        source = next(source for source in sources if source[0] != subject)
        return SchemaStep("eq-rep-s", ((source[0], owl.SAME, subject), (source[0], predicate, value)))

    def implied(self) -> Iterator[tuple[SchemaTriple, SchemaStep]]:
        """Yield what is below itself and what declarations imply, if it was not given, with steps, by subject."""
        for subject in self._saturation.subjects():
            for triple in sorted(self._of(subject)[1]):
                for other in self._under_all_names(triple):
                    if other not in self._given:
                        yield other, self[other]

    def _under_all_names(self, triple: SchemaTriple) -> Iterator[SchemaTriple]:
        subjects, predicates, values = (self._groups.get(term, (term,)) for term in triple)
        return itertools.product(subjects, predicates, values)

    def __iter__(self) -> Iterator[SchemaTriple]:
        self._refuse_if_too_large()
        subjects = set(self._saturation.subjects()) | self._by_subject.keys()
        for subject in sorted(name for term in subjects for name in self._groups.get(term, (term,))):
            yield from self._listed(subject)

    def _listed(self, subject: Term) -> list[SchemaTriple]:
        name = self._names.get(subject, subject)
        triples = set(self._of(name)[0])
        if self._names:
            triples.update(self._by_subject.get(name, ()))
            triples = {named for triple in triples for named in self._under_all_names(triple) if named[0] == subject}
        return sorted(triples - self._given)

    def _refuse_if_too_large(self) -> None:
        if any(h.has_more_pairs(_MOST) for h in (self._saturation.classes, self._saturation.properties)):
            raise SchemaTooLarge(_MOST)

    def __len__(self) -> int:
        return sum(1 for _ in self)
