"""Which accepted changes a release can take: what breaks the graph is set aside, and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyoxigraph as ox

from egov_kg.config import Config
from egov_kg.curation import Curated, Unfit
from egov_kg.finishing import Made, findings_in
from egov_kg.gates import check_gates
from egov_kg.store.changes import Change
from egov_kg.validation import Finding

__all__ = ["Judged", "Settled", "gate_findings", "judged", "settle"]

_MOST_REASONS: Final = 20
_MOST_REJECTED: Final = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A state with all that follows from it, and what is wrong with it.

    Attributes:
        made: What follows.
        findings: As they stand in the report.
        gates: The gates that it does not pass.
    """

    made: Made
    findings: tuple[Finding, ...]
    gates: tuple[Finding, ...]

    @property
    def violations(self) -> dict[tuple[str, ...], Finding]:
        """What is wrong, by what makes two of them the same: their words may change with a name."""
        grave = [one for one in self.findings if one.severity == "violation"]
        return {(one.check, one.focus, one.path, one.value): one for one in (*grave, *self.gates)}


Judge = Callable[[Curated], Judged]


@dataclass(slots=True)
class Settled:
    """What came of some changes.

    Attributes:
        state: The asserted quads with the changes that were taken.
        taken: These changes.
        rejected: Why others were not, by their number.
        judged: What follows from the state.
    """

    state: Curated
    judged: Judged
    taken: list[Change] = field(default_factory=list)
    rejected: dict[int, list[Mapping[str, Any]]] = field(default_factory=dict)


def gate_findings(made: Made, config: Config, before: Mapping[str, int] | None) -> tuple[Finding, ...]:
    """Return the gates that a release would not pass.

    Args:
        made: What it would hold.
        config: The limits.
        before: The totals of the release that it would replace, if there is one.
    """
    facts = [quad.triple for quad in made.dataset.quads if isinstance(quad.graph_name, ox.DefaultGraph)]
    entailed = len(made.derived.entailed)
    documents = made.content.documents
    counts = {"facts": len(facts), "entailed": entailed, "asserted": len(facts) - entailed, "documents": documents}
    return tuple(check_gates(counts, facts, config, before=before))


def judged(made: Made, config: Config, before: Mapping[str, int] | None) -> Judged:
    """Return what is wrong with what was made; arguments as of `gate_findings`."""
    return Judged(made, findings_in(made), gate_findings(made, config, before))


def settle(state: Curated, changes: Sequence[Change], judge: Judge) -> Settled:
    """Take as many changes as the graph can bear, in their order.

    All are tried together. If that breaks something which was whole without them, halving finds the first change that
    breaks it: it is set aside, and the rest is tried without it. A gate is closed by what many changes do together;
    there those before it are taken and the rest waits for the next release, unless the very first one closes it. So
    does the rest when many have been set aside: what is good must not wait for what is not.

    Args:
        state: The asserted quads before; they stay as they are.
        changes: What was accepted, without what was rejected before.
        judge: Says what follows from a state, and what is wrong with it.
    """
    waiting = list(changes)
    taken: list[Change] = []
    rejected: dict[int, list[Mapping[str, Any]]] = {}
    baseline: set[tuple[str, ...]] | None = None

    def tried(number: int) -> tuple[Curated, Judged, list[Finding]]:
        nonlocal baseline
        trial, _ = _applied(state, [*taken, *waiting[:number]])
        result = judge(trial)
        found = result.violations
        if found and baseline is None:
            baseline = set(judge(state).violations)
        return trial, result, [one for key, one in found.items() if key not in (baseline or ())]

    _, unfit = _applied(state, waiting)
    rejected.update({number: [{"check": e.check, "message": e.message}] for number, e in unfit.items()})
    waiting = [change for change in waiting if change.number not in unfit]
    while True:
        trial, result, problems = tried(len(waiting))
        if not problems:
            return Settled(trial, result, [*taken, *waiting], rejected)
        good, bad, why = 0, len(waiting), problems
        while bad - good > 1:
            middle = (good + bad) // 2
            _, _, problems = tried(middle)
            if problems:
                bad, why = middle, problems
            else:
                good = middle
        taken += waiting[:good]
        is_gate = all(one.check.startswith("gate.") for one in why)
        if not (is_gate and taken):
            rejected[waiting[good].number] = [_reason(one) for one in why[:_MOST_REASONS]]
        if is_gate or len(rejected) >= _MOST_REJECTED:
            waiting = []
            trial, result, _ = tried(0)
            return Settled(trial, result, taken, rejected)
        waiting = waiting[good + 1 :]


def _applied(state: Curated, changes: Iterable[Change]) -> tuple[Curated, dict[int, Unfit]]:
    """Return a state with changes, and those that cannot be applied at all."""
    trial, unfit = state.copy(), dict[int, Unfit]()
    for change in changes:
        try:
            trial.apply(change)
        except Unfit as error:
            unfit[change.number] = error
    return trial, unfit


def _reason(finding: Finding) -> Mapping[str, Any]:
    told = {
        "check": finding.check,
        "message": finding.message,
        "focus": finding.focus,
        "path": finding.path,
        "value": finding.value,
    }
    return {key: value for key, value in told.items() if value}
