"""What every rule promises: its examples hold, its counter-examples yield nothing, and it knows no name."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

import pytest

from egov_kg.assets import data
from egov_kg.errors import DataFileError
from egov_kg.extraction import Extractor, facts_table, load_extractor
from egov_kg.extraction.gazetteer import read_gazetteer
from egov_kg.extraction.lexicon import read_lexicon
from egov_kg.extraction.rules import Rule, read_rules
from egov_kg.extraction.tokens import fold, tokens
from egov_kg.model import Block, BlockKind, Document, View

ANCHOR = "The council proposed seven harbour projects in spring."
STAGE = "Example stage (2000-2010)"


def _view(text: str, start: int) -> View:
    return View(text, tuple(range(start, start + len(text))))


def _block(kind: BlockKind, text: str, start: int, parent: int | None = None, **attributes: str) -> Block:
    lang = "ko" if any("가" <= c <= "힣" for c in text) else "en"
    return Block(kind, start, start + len(text), parent, lang, _view(text, start), attributes)


def document_of(text: str, kind: BlockKind = "paragraph", *, jurisdiction: str = "int") -> Document:
    """Return a document that says one thing, in a block of a kind; a row has a stage, a note has an anchor."""
    parts: list[tuple[BlockKind, str, int | None, dict[str, str]]]
    if kind == "row":
        parts = [
            ("table", "Stage Accomplishments", None, {}),
            ("stage", STAGE, 0, {"title": "Example stage", "period": "2000-2010"}),
            ("row", text, 1, {}),
        ]
    elif kind == "note":
        at = ANCHOR.index("seven harbour projects")
        anchor = {"anchor_start": str(at), "anchor_end": str(at + len("seven harbour projects")), "marker": "1"}
        parts = [("paragraph", ANCHOR, None, {}), ("note", text, 0, anchor)]
    else:
        parts = [(kind, text, None, {})]
    blocks: list[Block] = []
    whole = ""
    for block_kind, words, parent, attributes in parts:
        blocks.append(_block(block_kind, words, len(whole), parent, **attributes))
        whole += words + "\n"
    digest = hashlib.sha256(whole.encode()).hexdigest()
    metadata = {"title": "Example report"} | ({"jurisdiction": jurisdiction} if jurisdiction else {})
    return Document("document/int/example-report", whole, tuple(blocks), metadata, "example.txt", digest)


EXTRACTOR = load_extractor(data())
RULES = {rule.id: rule for rule in EXTRACTOR.rules.rules}


def kind_of(rule: Rule) -> BlockKind:
    """Return the block kind that a rule is tried in."""
    if rule.runs_in == {"row"}:
        return "row"
    return "note" if rule.runs_in == {"note"} else "paragraph"


@cache
def facts_of(text: str, kind: BlockKind) -> tuple[tuple[str, str, str, str], ...]:
    """Return the facts of a sentence as folded labels, with the rule of each."""
    rows = facts_table([EXTRACTOR.extract(document_of(text, kind))])
    return tuple((fold(r["subject"]), r["relation"], fold(r["object"]), r["rule"]) for r in rows)


@pytest.mark.parametrize("name", sorted(RULES))
class TestEachRule:
    def test_its_examples_hold(self, name: str) -> None:
        """Each fact that an example lists is among the facts of its text."""
        rule = RULES[name]
        for example in rule.examples:
            found = {fact[:3] for fact in facts_of(example["text"], kind_of(rule))}

            for line in example["facts"]:
                subject, prop, obj = line.split(" | ")
                assert (fold(subject), prop, fold(obj)) in found, (example["text"], line)

    def test_its_counter_examples_yield_nothing_by_it(self, name: str) -> None:
        """A text that a rule must leave alone gives no fact with the rule's id."""
        rule = RULES[name]
        for example in rule.counter:
            fired = [fact for fact in facts_of(example["text"], kind_of(rule)) if fact[3] == name]

            assert not fired, example["why"]

    def test_it_contains_no_known_name(self, name: str) -> None:
        """Names stand in the gazetteer; a pattern that holds one would be about a sentence, not about the genre."""
        pattern = " " + re.sub(r"[^\w-]+", " ", RULES[name].source.casefold()) + " "

        assert not [n.name for n in EXTRACTOR.gazetteer.names if f" {n.name.casefold()} " in pattern]

    def test_its_examples_name_nobody_of_the_jurisdictions_in_the_gazetteer(self, name: str) -> None:
        """An example shows that the rule works where no name is known beforehand."""
        rule = RULES[name]
        for example in (*rule.examples, *rule.counter):
            hits = EXTRACTOR.gazetteer.find(example["text"], tokens(example["text"]))

            assert not [h.name.name for h in hits if h.thing.split("/")[1] != "int" and h.name.kind != "pref"]


FRAMES = {frame.id: frame for frame in EXTRACTOR.frames.frames}


@pytest.mark.parametrize("name", sorted(FRAMES))
class TestEachFrame:
    def test_its_examples_hold(self, name: str) -> None:
        """Each fact that an example lists is among the facts of its text, whatever the syntax of the verb."""
        for example in FRAMES[name].examples:
            found = {fact[:3] for fact in facts_of(example["text"], "paragraph")}

            for line in example["facts"]:
                subject, prop, obj = line.split(" | ")
                assert (fold(subject), prop, fold(obj)) in found, (example["text"], line)

    def test_its_counter_examples_yield_nothing_by_it(self, name: str) -> None:
        """A text that a frame must leave alone gives no fact with an id of the frame."""
        for example in FRAMES[name].counter:
            fired = [f for f in facts_of(example["text"], "paragraph") if f[3].startswith(f"{name}.")]

            assert not fired, example["why"]


ARGUMENTS = {argument.id: argument for argument in EXTRACTOR.arguments.all}


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
class TestEachArgument:
    def test_its_examples_hold(self, name: str) -> None:
        """Each fact that an example lists is among the facts of its text."""
        for example in ARGUMENTS[name].examples:
            found = {fact[:3] for fact in facts_of(example["text"], "paragraph")}

            for line in example["facts"]:
                subject, prop, obj = line.split(" | ")
                assert (fold(subject), prop, fold(obj)) in found, (example["text"], line)

    def test_its_counter_examples_yield_nothing_by_it(self, name: str) -> None:
        """A text that argues nothing of the kind gives no fact with an id of it."""
        for example in ARGUMENTS[name].counter:
            fired = [f for f in facts_of(example["text"], "paragraph") if f[3].startswith(f"{name}.")]

            assert not fired, example["why"]


class TestLoading:
    def write(self, folder: Path, rule: str) -> Path:
        """Return a rules folder with the word tables of ours and one rule."""
        (folder / "en").mkdir(parents=True)
        for path in (data() / "rules").glob("*.tsv"):
            (folder / path.name).write_bytes(path.read_bytes())
        for name in ("verbs.tsv", "words.toml", "nouns.toml", "syntax.toml"):
            (folder / "en" / name).write_bytes((data() / "rules" / "en" / name).read_bytes())
        (folder / "en" / "one.toml").write_text(rule, encoding="utf-8")
        return folder

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            (("egov:initiatedBy", "egov:startedBy"), "undeclared property"),
            (("{who:Administration}", "{who:Agency}"), "wants a egov:Administration"),
            (("{who:Administration}", "{who:Firm}"), "unknown class"),
            (('object = "who"', 'object = "whom"'), "unknown slot"),
            (('"paragraph"', '"sentence"'), "unknown block kind"),
            (('{ text = "C", why = "none" }', ""), "two examples and a counter-example"),
            (("@start.past", "@begin.past"), "unknown list"),
            (('refuse = ["negated"]', 'refuse = ["rude"]'), "unknown refusal"),
        ],
    )
    def test_a_rule_that_the_ontology_does_not_allow_is_refused(
        self, tmp_path: Path, change: tuple[str, str], problem: str
    ) -> None:
        """A rule cannot emit an undeclared property, break domain or range, or come without examples."""
        rule = """
[lists]
start = ["launch"]
[[rule]]
id = "one.1"
runs_in = ["paragraph"]
match = "{who:Administration} @start.past {what:Undertaking}"
gives = [{ subject = "what", property = "egov:initiatedBy", object = "who" }]
refuse = ["negated"]
examples = [{ text = "A", facts = [] }, { text = "B", facts = [] }]
counter = [{ text = "C", why = "none" }]
"""
        folder = self.write(tmp_path / "rules", rule.replace(*change))

        with pytest.raises(DataFileError, match=problem):
            read_rules(folder, read_lexicon(folder))

    def test_an_unsorted_gazetteer_is_refused_with_its_line(self, tmp_path: Path) -> None:
        """A table that people review is sorted; the message names the line that is out of place."""
        header = "thing\tname\tlang\tkind\tmatch\tneeds\tsource\n"
        rows = "law/xx/b\tB Act\ten\tpref\tfold\t-\ttest\nlaw/xx/a\tA Act\ten\tpref\tfold\t-\ttest\n"
        (tmp_path / "xx.tsv").write_text(header + rows, encoding="utf-8")

        with pytest.raises(DataFileError, match=r"xx\.tsv:3: rows must be sorted"):
            read_gazetteer(tmp_path)

    def test_the_extractor_loads_from_the_data_folder_alone(self) -> None:
        """Nothing but the folder is needed: no network, no model, no environment."""
        assert isinstance(EXTRACTOR, Extractor)
        assert len(RULES) + len(FRAMES) > 100
