"""Why a triple follows: backward search by stages, from a fact to what was given.

No derivation is kept. Every row has the stage in which it appeared, and a step takes only premises of lower stages, so
a search ends and needs no look at where it has been. Of several steps the one with the lowest stage is taken, then the
first rule, axiom and premises in their order: the same facts have the same proof on every run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any, Final

from egov_kg import iri
from egov_kg.errors import NotEntailed
from egov_kg.inference.candidates import Candidate, Candidates, column_of
from egov_kg.inference.facts import Facts
from egov_kg.inference.findings import Finding
from egov_kg.inference.identities import DIFFERENT, contradiction_step, merge_step
from egov_kg.inference.instances import FALSE, SAME_AS, TYPE, Goal, Instances, Step, Triple, bridged, one_value
from egov_kg.inference.literals import are_different, datatypes
from egov_kg.inference.plan import Axiom, Column, Kind, Plan
from egov_kg.inference.proof import LastStep, Node, OtherStep, Proof, ProofAxiom, Status, axiom_text

__all__ = ["Prover"]

_EVERYTHING: Final = Column(Kind.CLASS, f"<{iri.expand('owl:Thing')}>")
_ANY: Final = 1 << 40
"""Above every stage."""
_MOST: Final = 64
"""So many other ways to derive a given triple are looked at."""


class Prover:
    """Explains triples from the facts of a run.

    Args:
        plan: What the engine ran.
        facts: Its columns at the fixpoint.
        asserted: What was given: facts, and the schema with its lists.
        origins: Gives what is known of a given triple, for its leaf: graphs, statements, source.
    """

    def __init__(
        self,
        plan: Plan,
        facts: Facts,
        asserted: Container[Triple],
        *,
        origins: Callable[[Triple], Mapping[str, Any]] | None = None,
    ) -> None:
        self._plan, self._facts, self._asserted = plan, facts, asserted
        self._origins = origins or (lambda _: {})
        self._candidates = Candidates(plan, facts)
        self._instances = Instances(plan, facts.name, asserted)
        self._told: dict[Triple, Step | None] = {}
        self._names: dict[str, list[str]] = {}
        for other, name in sorted(plan.aliases.items()):
            self._names.setdefault(name, []).append(other)

    def explain(self, triple: Triple, *, all_steps: bool = False) -> Proof:
        """Return the proof of a triple.

        Args:
            triple: Its terms in N-Triples form.
            all_steps: Whether to list all its one-step derivations beside the one that is followed.

        Raises:
            NotEntailed: If it does not follow.
        """
        root = Goal(triple)
        given = triple in self._asserted
        found = list(self._ways(triple, given=given, all_steps=all_steps))
        if not found and not given:
            step = self._last(triple) or self._under_other_names(triple)
            found = [step] if step is not None else []
        if not found and not given:
            raise NotEntailed(f"{' '.join(triple)} .")
        status: Status = ("both" if found else "asserted") if given else "entailed"
        return self._expanded(root, found[0] if found else None, status, tuple(found[1:]))

    def last_step(self, triple: Triple) -> LastStep | None:
        """Return the last step of the proof of a triple that was not given; None for one that does not follow."""
        step = self._last(triple) or self._under_other_names(triple)
        if step is None:
            return None
        axiom = axiom_text(step.axiom, self._instances.members)
        return LastStep(step.rule, axiom, tuple(goal.triple for goal in step.premises))

    def axiom_text(self, axiom: Axiom) -> str:
        """Return an axiom as Turtle, with the members of its lists."""
        return axiom_text(axiom, self._instances.members)

    def contradiction(self, finding: Finding) -> Proof:
        """Return why the facts of a finding cannot be true together: a proof whose root has no triple.

        Raises:
            NotEntailed: If one of its triples does not follow.
        """
        step = contradiction_step(self._plan, self._instances, finding)
        if step is None:
            raise NotEntailed(f"{' '.join(finding.triples[0])} .")
        return self._expanded(Goal(FALSE, step), step, "entailed", ())

    def _ways(self, triple: Triple, *, given: bool, all_steps: bool) -> Iterator[Step]:
        """Yield the steps of a row, the chosen one first; of a given row those that do not rest on itself."""
        _, row = column_of(triple, self._plan.aliases)
        stage = self._candidates.stage(row)
        if row != triple or stage is None or (triple[1] == SAME_AS and not given):
            return
        bound = _ANY if given or all_steps else stage
        candidates = sorted(self._candidates.of(row, bound), key=lambda one: (one.stage >= stage, *one))
        first = self._step(Goal(triple)) if not given else None
        if first is not None:
            yield first
        elif not given:
            raise NotEntailed(f"{' '.join(triple)} .")
        for candidate in candidates[:_MOST]:
            step = self._step_of(candidate, triple)
            if step is None or (first is not None and _is_like(step, first)):
                continue
            if candidate.stage < stage or not self._rests_on(step, triple):
                yield step
                if not all_steps and given:
                    return

    def _rests_on(self, step: Step, triple: Triple) -> bool:
        """Return whether the proof of a step's premises needs the triple that it derives."""
        seen: set[Goal] = set()
        waiting = [*step.premises, *map(Goal, step.axiom)]
        while waiting:
            goal = waiting.pop()
            if goal.triple == triple:
                return True
            if goal not in seen:
                seen.add(goal)
                try:
                    below = self._step(goal)
                except NotEntailed:
                    return True
                waiting += [] if below is None else [*below.premises, *map(Goal, below.axiom)]
        return False

    def _expanded(self, root: Goal, first: Step | None, status: Status, others: tuple[Step, ...]) -> Proof:
        """Follow every premise down to what was given; each is one node, however often it is needed."""
        names: dict[Goal, str] = {root: "n0"}
        axioms: dict[Axiom, str] = {}
        waiting = deque([root])

        def name_of(goal: Goal) -> str:
            if goal not in names:
                names[goal] = f"n{len(names)}"
                waiting.append(goal)
            return names[goal]

        def axiom_of(axiom: Axiom) -> str | None:
            return axioms.setdefault(axiom, f"a{len(axioms)}") if axiom else None

        nodes: dict[str, Node] = {}
        while waiting:
            goal = waiting.popleft()
            step = first if goal is root else self._step(goal)
            name = names[goal]
            for triple in step.axiom if step is not None else ():
                if triple not in self._asserted:
                    name_of(Goal(triple))
            given = goal.step is None and goal.triple in self._asserted
            nodes[name] = Node(
                goal.triple,
                step.rule if step is not None else "",
                axiom_of(step.axiom) if step is not None else None,
                tuple(map(name_of, step.premises)) if step is not None else (),
                self._origins(goal.triple) if given else None,
            )
        told = {
            name: ProofAxiom(axiom, tuple(names[Goal(t)] for t in axiom if Goal(t) in names), self._origins(axiom[0]))
            for axiom, name in axioms.items()
        }
        other = tuple(OtherStep(one.rule, one.axiom, tuple(g.triple for g in one.premises)) for one in others)
        return Proof(root.triple, status, "n0", nodes, told, other, self._instances.members)

    def _step(self, goal: Goal) -> Step | None:
        """Return the last step of a goal; None for what was given.

        Raises:
            NotEntailed: If nothing leads to it.
        """
        if goal.step is not None:
            return goal.step
        triple = goal.triple
        if triple in self._asserted:
            return None
        step = self._last(triple) or self._under_other_names(triple)
        if step is None:
            raise NotEntailed(f"{' '.join(triple)} .")
        return step

    def _last(self, triple: Triple) -> Step | None:
        if triple[1] == DIFFERENT and triple[0].startswith('"') and are_different(triple[0], triple[2]):
            return Step("dt-diff", (), ())
        if triple[1] == TYPE and triple[0].startswith('"') and triple[2] in datatypes(triple[0]):
            return Step("dt-type2", (), ())
        step = self._of_identity(triple) if triple[1] == SAME_AS else None
        return step or self._of_schema(triple) or self._of_row(triple)

    def _of_schema(self, triple: Triple) -> Step | None:
        found = self._plan.entailed.get(triple)
        if found is None:
            return None
        if found.rule in {"scm-int", "scm-uni"}:
            return self._instances.of_list(found, triple).step
        return Step(found.rule, (), tuple(map(Goal, found.premises)))

    def _of_identity(self, triple: Triple) -> Step | None:
        """Return why two terms are the same."""
        left, _, right = triple
        if one_value(left, right):
            return Step("dt-eq", (), ())
        if self._candidates.stage(triple) is not None and (step := self._of_row(triple)) is not None:
            return step
        path = self._candidates.sameness.path(left, right)
        if not path:
            turned = (right, SAME_AS, left)
            return Step("eq-sym", (), (Goal(turned),)) if turned in self._asserted else None
        if len(path) > 1:
            middle = path[0].right if path[0].left == left else path[0].left
            return Step("eq-trans", (), (Goal((left, SAME_AS, middle)), Goal((middle, SAME_AS, right))))
        return merge_step(self._plan, self._instances, path[0], triple)

    def _of_row(self, triple: Triple) -> Step | None:
        column, row = column_of(triple, self._plan.aliases)
        stage, early = self._candidates.stage(row), self._candidates.typing_stage(triple)
        if row != triple and early is not None and (stage is None or early < stage):
            row, stage = triple, early
        if stage is None:
            return self._of_everything(triple) if column == _EVERYTHING else None
        if row != triple:
            return bridged(Goal(row), triple).step
        for candidate in sorted(self._candidates.of(row, stage)):
            step = self._step_of(candidate, triple)
            if step is not None:
                return step
        renamed = min(self._candidates.renamed(row, stage), default=None)
        if renamed is not None:
            return bridged(Goal(renamed[1]), triple).step
        on_path = self._candidates.on_paths(row, stage)
        if on_path is not None:
            return self._step_of(on_path, triple)
        return self._of_alias(column, row) or (self._of_told_schema(row) if row in self._plan.schema else None)

    def _of_told_schema(self, row: Triple) -> Step | None:
        """Return why an axiom holds that data entails: it was compiled as if given, so stages say nothing of it."""
        if row in self._told:
            return self._told[row]
        self._told[row] = None
        for candidate in sorted(self._candidates.of(row, _ANY)):
            step = self._step_of(candidate, row)
            if step is not None and not self._rests_on(step, row):
                self._told[row] = step
                break
        return self._told[row]

    def _of_alias(self, column: Column, row: Triple) -> Step | None:
        """Return the step from a given triple that names the column otherwise."""
        subject, predicate, thing = row
        names = self._names.get(column.name, ())
        for name in names:
            other = (subject, predicate, name) if column.kind is Kind.CLASS else (subject, name, thing)
            if other != row and other in self._asserted:
                return bridged(Goal(other), row).step
        return None

    def _of_everything(self, triple: Triple) -> Step | None:
        """Return why a thing is in owl:Thing, which engines do not write: it is in a class that was declared."""
        found = self._candidates.on_paths(triple, 0)
        if found is not None:
            return self._step_of(found, triple)
        declared = self._candidates.in_declared_class(triple, self._asserted)
        return None if declared is None else self._step_of(declared, triple)

    def _step_of(self, candidate: Candidate, triple: Triple) -> Step | None:
        rows = candidate.rows
        if candidate.rule != "prp-trp":
            goal = self._instances.goal(candidate.rule, candidate.axiom, rows, triple)
            return None if goal is None else goal.step
        rule = "prp-trp" if candidate.axiom[0][1] == TYPE else "prp-spo2"
        so_far = Goal(rows[0])
        for row in rows[1:]:
            whole = (so_far.triple[0], row[1], row[2])
            so_far = Goal(whole, Step(rule, candidate.axiom, (so_far, Goal(row))))
        return so_far.step

    def _under_other_names(self, triple: Triple) -> Step | None:
        """Return the step to a triple from the same fact under the representatives of its terms."""
        subject, predicate, thing = triple
        _, row = column_of((self._facts.name(subject), predicate, self._facts.name(thing)), self._plan.aliases)
        if row[1] == TYPE:
            row = (row[0], TYPE, column_of(triple, self._plan.aliases)[1][2])
        if self._candidates.stage(row) is not None and row != triple:
            return bridged(Goal(row), triple).step
        for value, _ in self._facts.values(row[1], row[0]) if row[1] != TYPE else ():
            if one_value(value, thing):
                return bridged(Goal((row[0], row[1], value)), triple).step
        return None


def _is_like(left: Step, right: Step) -> bool:
    def told(step: Step) -> tuple[str, Axiom, list[Triple]]:
        return step.rule, step.axiom, [goal.triple for goal in step.premises]

    return told(left) == told(right)
