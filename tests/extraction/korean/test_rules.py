"""What every Korean rule promises: its examples hold, its counter-examples yield nothing, and it knows no name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.errors import DataFileError
from egov_kg.extraction import facts_table, load_extractor
from egov_kg.extraction.korean.frames import read_frames
from egov_kg.extraction.tokens import fold, tokens

EXTRACTOR = load_extractor(data())
RULES = {frame.id: frame for frame in EXTRACTOR.korean.frames.frames}


@cache
def facts_of(text: str) -> tuple[tuple[str, str, str, str], ...]:
    """Return the facts of a Korean text as folded labels, with the rule of each."""
    rows = facts_table([EXTRACTOR.extract(document_from_text(text, "example.txt"))])
    return tuple((fold(r["subject"]), r["relation"], fold(r["object"]), r["rule"]) for r in rows)


@pytest.mark.parametrize("name", sorted(RULES))
class TestEachRule:
    def test_its_examples_hold(self, name: str) -> None:
        """Each fact that an example lists is among the facts of its text."""
        for example in RULES[name].examples:
            found = {fact[:3] for fact in facts_of(example["text"])}

            for line in example["facts"]:
                subject, prop, obj = line.split(" | ")
                assert (fold(subject), prop, fold(obj)) in found, (example["text"], line, sorted(found))

    def test_one_of_its_examples_is_its_own_work(self, name: str) -> None:
        """A rule that none of its examples fires is no rule."""
        fired = [f for example in RULES[name].examples for f in facts_of(example["text"]) if f[3] == name]

        assert fired

    def test_its_counter_examples_yield_nothing_by_it(self, name: str) -> None:
        """A text that a rule must leave alone gives no fact with the rule's id."""
        for example in RULES[name].counter:
            fired = [fact for fact in facts_of(example["text"]) if fact[3] == name]

            assert not fired, example["why"]

    def test_its_examples_name_nobody_of_the_jurisdictions_in_the_gazetteer(self, name: str) -> None:
        """An example shows that the rule works where no name is known beforehand."""
        for example in (*RULES[name].examples, *RULES[name].counter):
            hits = EXTRACTOR.gazetteer.find(example["text"], tokens(example["text"]))

            assert not [h.name.name for h in hits if h.thing.split("/")[1] != "int"]

    def test_an_example_comes_from_elsewhere(self, name: str) -> None:
        """At least one text is about a country other than the one that most Korean pages are about."""
        countries = [c.korean for c in EXTRACTOR.lexicon.countries if c.code != "kr"]
        people = ("블레어", "브라운", "오바마", "리셴룽", "타비", "세계은행", "유럽위원회", "다이렉트거브", "핀란드")

        assert any(
            any(k in e["text"] for names in countries for k in names.split("|") if k)
            or any(p in e["text"] for p in people)
            for e in RULES[name].examples
        )


class TestLoading:
    RULE = """
[[frame]]
id = "one.1"
verbs = ["start"]
patient = "Undertaking"
agent = "Administration"
gives = [{ subject = "patient", property = "egov:initiatedBy", object = "agent" }]
examples = [{ text = "A", facts = [] }, { text = "B", facts = [] }]
counter = [{ text = "C", why = "none" }]
"""

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            (("egov:initiatedBy", "egov:startedBy"), "undeclared property"),
            (('agent = "Administration"', 'agent = "Agency"'), "wants a egov:Administration"),
            (('agent = "Administration"', 'agent = "Firm"'), "unknown class"),
            (('object = "agent"', 'object = "result"'), "unknown role"),
            (('{ text = "C", why = "none" }', ""), "two examples and a counter-example"),
            (('verbs = ["start"]', 'verb = ["start"]'), "unknown key"),
            (('object = "agent"', 'object = "agent.ministry"'), "unknown step"),
        ],
    )
    def test_a_rule_that_the_ontology_does_not_allow_is_refused(
        self, tmp_path: Path, change: tuple[str, str], problem: str
    ) -> None:
        """A rule cannot emit an undeclared property, break domain or range, or come without examples."""
        (tmp_path / "ko").mkdir()
        (tmp_path / "ko" / "one.toml").write_text(self.RULE.replace(*change), encoding="utf-8")

        with pytest.raises(DataFileError, match=problem):
            read_frames(tmp_path)

    def test_there_are_rules_for_each_part_of_the_genre(self) -> None:
        """Laws, undertakings, bodies: each file holds some."""
        assert {f.file for f in RULES.values()} >= {"laws.toml", "start.toml", "bodies.toml"}
        assert len(RULES) > 50
