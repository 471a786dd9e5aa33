"""What every list of words in the data files promises: its examples have one of them in its place, others have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.assets import data
from egov_kg.errors import DataFileError
from egov_kg.extraction import load_extractor
from egov_kg.extraction.word_lists import read_word_lists

EXTRACTOR = load_extractor(data())
LISTS = {**EXTRACTOR.columns.words, **EXTRACTOR.entry_words}
LIST = """[[words]]
id = "cell.colour"
place = "end"
words = ["red", "light *"]
examples = ["it is red"]
counters = ["red it is"]
"""


@pytest.mark.parametrize("name", sorted(LISTS))
class TestEachList:
    def test_its_examples_have_one_of_its_words(self, name: str) -> None:
        """Each example has a word of the list in the place of the list."""
        assert [text for text in LISTS[name].examples if not LISTS[name].marks(text)] == []

    def test_its_counter_examples_have_none(self, name: str) -> None:
        """No counter-example has one there."""
        assert [text for text in LISTS[name].counters if LISTS[name].marks(text)] == []


class TestList:
    def test_it_tells_where_its_words_begin(self, tmp_path: Path) -> None:
        """A star stands for whatever follows; without a word of the list there is no place."""
        (tmp_path / "a.toml").write_text(LIST, encoding="utf-8")
        words = read_word_lists(tmp_path / "a.toml", ["cell.colour"])["cell.colour"]

        assert [words.find(text) for text in ("it is red", "it is light blue", "it is reddish")] == [6, 6, -1]

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("cell.colour", "cell.color", "is no list of this file"),
            ('place = "end"', 'place = "middle"', "the place is one of"),
            ("examples = ", "samples = ", "unknown keys samples"),
            ('counters = ["red it is"]', "counters = []", "needs words, examples and counters"),
            (LIST, "", "lacks the words of cell.colour"),
        ],
    )
    def test_a_wrong_list_is_refused(self, tmp_path: Path, old: str, new: str, problem: str) -> None:
        """The error names the file, the list and what was found."""
        (tmp_path / "a.toml").write_text(LIST.replace(old, new), encoding="utf-8")

        with pytest.raises(DataFileError, match=problem):
            read_word_lists(tmp_path / "a.toml", ["cell.colour"])
