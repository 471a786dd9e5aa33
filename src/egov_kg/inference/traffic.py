"""Which columns a rule of several premises, or a check, reads and writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from egov_kg.inference import plan
from egov_kg.inference.plan import Column, Kind, Term

__all__ = ["Rule", "reads", "writes"]

Rule: TypeAlias = (
    plan.SomeValues
    | plan.AllValues
    | plan.HasValue
    | plan.Chain
    | plan.Both
    | plan.Transitive
    | plan.Functional
    | plan.InverseFunctional
    | plan.Key
    | plan.Member
    | plan.Disjoint
    | plan.DisjointProperties
    | plan.PropertyCheck
    | plan.AtMostNone
    | plan.NegativeAssertion
)


def reads(rule: Rule) -> Iterator[Column]:
    """Yield the columns that a rule reads."""
    classes: tuple[Term | None, ...] = ()
    props: tuple[Term, ...] = ()
    match rule:
        case plan.SomeValues():
            classes, props = (rule.filler,), (rule.prop,)
        case plan.AllValues():
            classes, props = (rule.source,), (rule.prop,)
        case plan.HasValue():
            classes, props = (rule.cls,), (rule.prop,)
        case plan.Chain():
            props = (rule.first, rule.second)
        case plan.Both():
            classes = (rule.first, rule.second)
        case plan.Functional() | plan.AtMostNone():
            classes, props = (rule.cls, rule.filler), (rule.prop,)
        case plan.Transitive() | plan.InverseFunctional() | plan.PropertyCheck() | plan.NegativeAssertion():
            props = (rule.prop,)
        case plan.Key():
            classes, props = (rule.cls,), rule.props
        case plan.Disjoint():
            classes = rule.classes
        case plan.DisjointProperties():
            props = rule.props
        case plan.Member():
            pass
    yield from (Column(Kind.CLASS, name) for name in classes if name)
    yield from (Column(Kind.PROPERTY, name) for name in props)


def writes(rule: Rule) -> Iterator[Column]:
    """Yield the columns that a rule writes; equality writes none."""
    match rule:
        case plan.SomeValues() | plan.AllValues() | plan.Both():
            yield Column(Kind.CLASS, rule.target)
        case plan.HasValue():
            yield Column(Kind.CLASS, rule.cls)
            yield Column(Kind.PROPERTY, rule.prop)
        case plan.Chain():
            yield Column(Kind.PROPERTY, rule.target)
        case plan.Transitive():
            yield Column(Kind.PROPERTY, rule.prop)
        case plan.Member():
            yield Column(Kind.CLASS, rule.cls)
        case _:
            pass
