"""What the catalogue of rules promises: it has every id that a fact may carry, with texts that show each at work."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from egov_kg import extraction
from egov_kg.assets import data
from egov_kg.documents import document_from_text, read_document, read_documents
from egov_kg.errors import DataFileError
from egov_kg.extraction import facts_table
from egov_kg.extraction.catalogue import STRUCTURAL, Entry, Sample, catalogue
from egov_kg.extraction.tokens import fold
from tests.extraction.test_rules import EXTRACTOR, document_of

ENTRIES = {f"{entry.file} {entry.name}": entry for entry in catalogue(data("rules"))}
IDS = {one: name for name, entry in ENTRIES.items() for one in entry.ids}
ELSEWHERE = {"llm.claim.1": "needs a server; tests/extraction/llm has its examples"}
TEXTS = (data("documents"), *(Path(__file__).parents[1] / "evaluation" / name for name in ("development", "frozen")))

Facts = tuple[tuple[str, str, str, str], ...]
Read = Callable[[Sample], Facts]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return a function that gives the facts of a sample as folded labels, with the rule of each."""

    @cache
    def facts(sample: Sample) -> Facts:
        if sample.block:
            document = document_of(sample.text, sample.block)  # type: ignore[arg-type]
        elif sample.beside:
            folder = tmp_path_factory.mktemp("sample")
            for name, text in ((sample.name, sample.text), *sample.beside):
                (folder / name).write_text(text, encoding="utf-8")
            document = read_document(folder / sample.name)
        else:
            document = document_from_text(sample.text, sample.name)
        rows = facts_table([EXTRACTOR.extract(document)])
        return tuple((fold(r["subject"]), r["relation"], fold(r["object"]), r["rule"]) for r in rows)

    return facts


@pytest.mark.parametrize("name", sorted(ENTRIES))
class TestEachEntry:
    def test_its_examples_hold(self, name: str, read: Read) -> None:
        """Each fact that an example lists is taken from its text, by the whole extractor."""
        for example in ENTRIES[name].examples:
            found = {fact[:3] for fact in read(example)}
            for line in example.facts:
                subject, prop, obj = line.split(" | ")
                assert (fold(subject), prop, fold(obj)) in found, (example.text, line, sorted(found))

    def test_each_of_its_ids_fires_in_an_example(self, name: str, read: Read) -> None:
        """A rule that no text fires any more is no rule: it is mended or taken out."""
        fired = {fact[3] for example in ENTRIES[name].examples for fact in read(example)}

        assert set(ENTRIES[name].ids) - fired == set(), "write an example that these ids fire, or take them out"

    def test_its_counter_examples_yield_nothing_by_it(self, name: str, read: Read) -> None:
        """A text that a rule must leave alone gives no fact with an id of it, and says why."""
        assert ENTRIES[name].counters
        for counter in ENTRIES[name].counters:
            assert counter.why
            assert [fact for fact in read(counter) if fact[3] in ENTRIES[name].ids] == [], counter.why


@pytest.mark.parametrize("name", sorted(name for name in ENTRIES if name.startswith(STRUCTURAL)))
def test_each_example_of_a_rule_in_code_is_its_work(name: str, read: Read) -> None:
    """A fact of the list may come from another rule, but this rule has a part in each of its examples."""
    for example in ENTRIES[name].examples:
        assert set(ENTRIES[name].ids) <= {fact[3] for fact in read(example)}, example.text


class TestCompleteness:
    def test_every_id_that_our_documents_produce_is_there(self) -> None:
        """The digests and the texts of the evaluation: no fact rests on a rule that nobody can look up."""
        paths = sorted(path for folder in TEXTS for path in folder.iterdir() if path.suffix in {".md", ".txt"})
        extractions = EXTRACTOR.extract_all(read_documents([path for path in paths if path.name != "README.md"]))

        produced = {fact.rule for one in extractions for fact in one.facts}

        assert len(produced) > 200
        assert produced - set(IDS) == set(), f"write an entry in data/rules/{STRUCTURAL}, then scripts/rules_page"

    def test_every_id_that_stands_in_the_code_is_there(self) -> None:
        """An id in code ends in a number, as ``row.law.1``; one that no document produces must be listed as well."""
        shape = re.compile(r"[a-z][a-z-]*(?:\.[a-z][a-z-]*)*\.\d+(?:\.[a-z-]+)?")
        written = {
            node.value
            for path in sorted(Path(extraction.__file__).parent.rglob("*.py"))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and shape.fullmatch(node.value)
        }

        assert len(written) > 100
        assert written - set(IDS) - set(ELSEWHERE) == set(), f"write an entry in data/rules/{STRUCTURAL}"

    def test_no_declared_rule_is_left_out(self) -> None:
        """Every table of rules, frames, arguments, columns and fragments that the extractor loads is an entry."""
        loaded = {
            *(rule.id for rule in EXTRACTOR.rules.rules),
            *(frame.id for frame in EXTRACTOR.frames.frames),
            *(argument.id for argument in EXTRACTOR.arguments.all),
            *(column.id for column in EXTRACTOR.columns.rules),
            *(fragment.id for fragment in EXTRACTOR.fragments),
            *(frame.id for frame in EXTRACTOR.korean.frames.frames),
        }

        assert loaded - {entry.name for entry in ENTRIES.values()} == set()


class TestLoading:
    ENTRY = """
[texts]
head = "Harbours"

[[rule]]
id = "one.1"
reads = "a bracket"
examples = [{ text = "{head} (H)", facts = ["Harbours | egov:acronym | H"] }]
counter = [{ text = "{head}", why = "no bracket" }]
"""

    def entries(self, folder: Path, text: str) -> tuple[Entry, ...]:
        """Return the catalogue of a folder with one file."""
        (folder / STRUCTURAL).write_text(text, encoding="utf-8")
        return catalogue(folder)

    def test_words_that_several_texts_share_are_put_in(self, tmp_path: Path) -> None:
        """A table that ten rules read stands once."""
        (entry,) = self.entries(tmp_path, self.ENTRY)

        assert [sample.text for sample in (*entry.examples, *entry.counters)] == ["Harbours (H)", "Harbours"]

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            (('reads = "a bracket"', ""), "says not what it reads"),
            (('facts = ["Harbours | egov:acronym | H"]', "facts = []"), "no example with facts"),
            (('why = "no bracket"', 'why = ""'), "no counter-example with a reason"),
            (('counter = [{ text = "{head}", why = "no bracket" }]', ""), "no counter-example with a reason"),
        ],
    )
    def test_an_entry_that_shows_nothing_is_refused(
        self, tmp_path: Path, change: tuple[str, str], problem: str
    ) -> None:
        """A rule without a text that it reads, and one that it leaves alone, is not described."""
        with pytest.raises(DataFileError, match=problem):
            self.entries(tmp_path, self.ENTRY.replace(*change))

    def test_an_id_that_stands_twice_is_refused(self, tmp_path: Path) -> None:
        """A fact names its rule by the id alone."""
        twice = self.ENTRY + self.ENTRY.partition("[[rule]]")[1] + self.ENTRY.partition("[[rule]]")[2]

        with pytest.raises(DataFileError, match=r"'one\.1' stands in structural\.toml already"):
            self.entries(tmp_path, twice)
