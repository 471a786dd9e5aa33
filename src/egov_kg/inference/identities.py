"""Steps about identity that no row tells: what a merge of two names rests on, and what two values contradict."""

from __future__ import annotations

from typing import Final

from egov_kg import iri
from egov_kg.inference.facts import Merge
from egov_kg.inference.findings import Finding
from egov_kg.inference.instances import SAME_AS, TYPE, Goal, Instances, Step, Triple
from egov_kg.inference.plan import Axiom, Plan

__all__ = ["DIFFERENT", "contradiction_step", "merge_step"]

DIFFERENT: Final = f"<{iri.expand('owl:differentFrom')}>"


def merge_step(plan: Plan, instances: Instances, merge: Merge, triple: Triple) -> Step | None:
    """Return the step by which the two sides of a merge are the same, in the direction of a triple."""
    left, _, right = triple
    if merge.rule == "dt-eq":
        here, there = merge.premises if merge.left == left else merge.premises[::-1]
        if here[2] == there[2]:
            return Step("eq-trans", (), (Goal(here), _turned_round(there)))
        value = (here[2], SAME_AS, there[2])
        reached = Goal((left, SAME_AS, there[2]), Step("eq-trans", (), (Goal(here), Goal(value))))
        return Step("eq-trans", (), (reached, _turned_round(there)))
    if merge.axiom < 0:
        return None if merge.left == left else Step("eq-sym", (), (Goal((right, SAME_AS, left)),))
    premises = merge.premises if merge.left == left else _turned(merge)
    goal = instances.goal(merge.rule, _axiom_of(plan, merge.rule, merge.axiom), premises, triple)
    return None if goal is None else goal.step


def _turned_round(triple: Triple) -> Goal:
    return Goal((triple[2], SAME_AS, triple[0]), Step("eq-sym", (), (Goal(triple),)))


def _axiom_of(plan: Plan, rule: str, place: int) -> Axiom:
    if rule == "prp-ifp":
        return plan.inverse_functional[place].axiom
    if rule == "prp-key":
        return plan.keys[place].axiom
    return plan.functional[place].axiom


def _turned(merge: Merge) -> tuple[Triple, ...]:
    """Return the premises of a merge for the other direction: what is said of the two sides, exchanged."""
    premises = merge.premises
    before = 1 if merge.rule.startswith("cls-") else 0
    half = before + (len(premises) - before) // 2
    return (*premises[:before], *premises[half:], *premises[before:half])


def contradiction_step(plan: Plan, instances: Instances, finding: Finding) -> Step | None:
    """Return the step from the facts of a finding to ``false``; None if they are no instance of its rule."""
    if finding.rule == "dt-not-type" and len(finding.triples) == 2:
        member, same = finding.triples  # a thing that is the same as a literal, and so the literal
        literal = Goal((same[2], TYPE, member[2]), Step("eq-rep-s", (), (Goal(same), Goal(member))))
        return Step("dt-not-type", (), (literal,))
    if finding.rule == "dt-not-type":
        return Step("dt-not-type", (), tuple(map(Goal, finding.triples)))
    if finding.rule == "dt-diff":
        return _two_values(plan, instances, finding)
    goal = instances.goal(finding.rule, finding.axiom, finding.triples, None)
    if goal is None or goal.step is None:
        return None
    return Step(
        goal.step.rule, goal.step.axiom, tuple(_reflexive(one, finding, instances) for one in goal.step.premises)
    )


def _reflexive(goal: Goal, finding: Finding, instances: Instances) -> Goal:
    """Return the goal that a term is the same as itself with its step: some triple of the axiom has it."""
    left, predicate, right = goal.triple
    if predicate != SAME_AS or left != right or not finding.axiom:
        return goal
    said = instances.cell_of(finding.axiom[-1][2], left) if len(finding.axiom) > 1 else finding.axiom[0]
    return goal if said is None else Goal(goal.triple, Step("eq-ref", (), (Goal(said),)))


def _two_values(plan: Plan, instances: Instances, finding: Finding) -> Step | None:
    """Return the step from two literals that would be the same, and are different."""
    one, other = (triple[2] for triple in finding.triples if triple[1] != TYPE)
    same = (one, SAME_AS, other)
    if finding.axiom:
        rule = next(rule.rule for rule in plan.functional if rule.axiom == finding.axiom)
        goal = instances.goal(rule, finding.axiom, finding.triples, same)
    else:
        there, back = finding.triples
        turned = Goal((there[2], SAME_AS, there[0]), Step("eq-sym", (), (Goal(there),)))
        goal = Goal(same, Step("eq-trans", (), (turned, Goal(back))))
    return None if goal is None else Step("eq-diff1", ((one, DIFFERENT, other),), (goal,))
