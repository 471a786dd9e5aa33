"""Names that are like another one: the best of all, found by few."""

from __future__ import annotations

import math
import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from egov_kg.linking.trigrams import grams_of
from egov_kg.reconciliation.columns import Columns, Texts
from egov_kg.reconciliation.nearest import Nearest

FORMS = sorted(
    [
        "egovernmentact",
        "전자정부법",
        "전자정부법시행령",
        "actonpublicdata",
        "nationalinformationsocietyagency",
        "nia",
        "법",
    ]
)


def index_of(forms: list[str]) -> Nearest:
    """Return an index of forms, which are sorted and each once."""
    return Nearest.build(forms, Texts.of(forms))


def all_cosines(forms: list[str], form: str) -> list[float]:
    """Return the cosine of a form with each form, plainly."""

    def grams(text: str) -> set[int]:
        return set(grams_of([text])[1].tolist())

    counts = Counter(gram for one in forms for gram in grams(one))

    def idf(gram: int) -> float:
        exact = math.log1p(len(forms) / counts[gram]) if gram in counts else math.log1p(len(forms))
        return round(exact * 4096) / 4096 if gram in counts else exact

    def length(text: str) -> float:
        return math.sqrt(sum(idf(gram) ** 2 for gram in grams(text))) or 1.0

    return [
        sum(idf(gram) ** 2 for gram in grams(one) & grams(form)) / length(one) / length(form) for one in forms
    ]  # fmt: skip


class TestSearch:
    @pytest.mark.parametrize(
        ("form", "best"),
        [
            ("egovernmentact", "egovernmentact"),
            ("egovermentact", "egovernmentact"),
            ("전자정부법", "전자정부법"),
            ("전자정부법시행령안", "전자정부법시행령"),
            ("publicdata", "actonpublicdata"),
            ("법", "법"),
        ],
    )
    def test_the_most_like_comes_first(self, form: str, best: str) -> None:
        """The same, misspelt, longer, a part; one letter."""
        index = index_of(FORMS)
        found = index.search(form, 3, least=0.3)

        assert FORMS[found[0].form] == best
        assert (found[0].cosine == pytest.approx(1.0)) is (form == best)

    @pytest.mark.parametrize("form", ["", "zzzz", "\ud800", "zq" * 5000])
    def test_nothing_is_found_where_nothing_is_alike(self, form: str) -> None:
        """No letters, or none that a name has."""
        assert index_of(FORMS).search(form, 5, least=0.3) == []

    @pytest.mark.parametrize("forms", [[], [""]])
    def test_an_index_may_be_empty(self, forms: list[str]) -> None:
        """A graph without names is searched like every other."""
        assert index_of(forms).search("act", 5, least=0.3) == []

    def test_only_some_names_count_if_that_is_wanted(self) -> None:
        """Those of a class."""
        among = np.array([form.startswith("n") for form in FORMS])

        assert {FORMS[one.form] for one in index_of(FORMS).search("actnia", 5, least=0.01, among=among)} <= {
            "nia",
            "nationalinformationsocietyagency",
        }

    def test_nothing_is_found_where_no_name_counts(self) -> None:
        """However alike names are that do not."""
        assert index_of(FORMS).search("nia", 5, least=0.1, among=np.zeros(len(FORMS), dtype=bool)) == []

    def test_of_a_frequent_trigram_names_that_are_long_enough_are_looked_at(self) -> None:
        """Where not all of them can be: the short ones have no chance."""
        many = [f"{number:05}act" for number in range(60_000)]
        forms = sorted([*many, *(f"act{letter * 40}" for letter in "bcd")])
        index = index_of(forms)

        found = index.search("act" + "b" * 38 + "z", 3, least=0.2)

        assert forms[found[0].form] == "act" + "b" * 40

    def test_one_search_leaves_nothing_behind_for_the_next(self) -> None:
        """Sums are taken back."""
        index = index_of(FORMS)
        before = index.search("전자정부", 5, least=0.1)
        index.search("egovernment", 5, least=0.1)

        assert index.search("전자정부", 5, least=0.1) == before

    def test_cosines_are_exact_and_the_best_is_found(self) -> None:
        """Against all cosines, for names of few syllables, which are much alike."""
        chance = random.Random(4)
        parts = ["ka", "lo", "min", "ser", "dan", "가", "나", "다"]
        forms = sorted({"".join(chance.choices(parts, k=chance.randrange(2, 7))) for _ in range(400)})
        index = index_of(forms)

        for _ in range(60):
            form = "".join(chance.choices(parts, k=chance.randrange(2, 7)))
            expected = all_cosines(forms, form)
            found = index.search(form, 5, least=0.3)

            assert [one.cosine for one in found] == pytest.approx([expected[one.form] for one in found], abs=1e-5)
            assert found[0].cosine == pytest.approx(max(expected), abs=1e-5)

    def test_a_million_of_one_trigram_are_not_all_looked_at(self) -> None:
        """What is looked at is bound: names of the same letters do not make a search long."""
        forms = sorted(f"aaa{number:05}aaa" for number in range(60_000))
        index = index_of(forms)
        looked: list[int] = []
        likely = index._likely

        def counting(seen: Any, most: int, among: Any) -> Any:
            looked.append(sum(len(listed) for listed in seen.met))
            return likely(seen, most, among)

        index._likely = counting  # type: ignore[method-assign]
        found = index.search("a" * 20, 5, least=0.01)

        assert len(found) == 5
        assert 0 < max(looked) < 60_000


class TestFiles:
    def test_an_index_is_the_same_from_a_file(self, tmp_path: Path) -> None:
        """And the file has the same bytes each time."""
        told = []
        for name in ("one", "other"):
            columns = Columns()
            index_of(FORMS).add_to(columns)
            columns.add_texts("forms", Texts.of(FORMS))
            told.append(columns.write(tmp_path / name))
        opened = Columns.open(tmp_path / "one", told[0])
        index = Nearest.of(opened, opened.texts("forms"))

        assert told[0] == told[1]
        assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
        assert index.search("전자정부법", 3, least=0.1) == index_of(FORMS).search("전자정부법", 3, least=0.1)

    def test_a_file_that_is_cut_off_is_refused(self, tmp_path: Path) -> None:
        """Before anything is read from it."""
        columns = Columns()
        columns.add_texts("forms", Texts.of(FORMS))
        told = columns.write(tmp_path / "data")
        (tmp_path / "data").write_bytes((tmp_path / "data").read_bytes()[:-8])

        with pytest.raises(ValueError, match="does not stand in data"):
            Columns.open(tmp_path / "data", told)


class TestTexts:
    TEXTS = sorted(["", "a", "ab", "abc", "b", "가", "가나", "\U0001f600", "\ud800"])

    def test_texts_come_back(self) -> None:
        """Whatever stands in them."""
        texts = Texts.of(self.TEXTS)

        assert [texts[place] for place in range(len(texts))] == self.TEXTS

    def test_some_come_back_as_lines(self) -> None:
        """In the order that is asked for; one may be empty."""
        texts = Texts.of(self.TEXTS)

        assert texts.lines([5, 0, 1]).split("\n") == [self.TEXTS[5], "", "a"]
        assert texts.lines([]) == ""

    def test_places(self) -> None:
        """Where each stands among sorted ones; -1 for what does not."""
        texts = Texts.of(self.TEXTS)

        assert [texts.place(text) for text in self.TEXTS] == list(range(len(self.TEXTS)))
        assert [texts.place(text) for text in ("aa", "z", "가가")] == [-1, -1, -1]
        assert texts.place("b", 0, 2) == -1

    def test_beginnings(self) -> None:
        """All that begin with some letters."""
        texts = Texts.of(self.TEXTS)

        assert texts.beginning("ab") == (2, 4)
        assert texts.beginning("가") == (5, 7)
        assert texts.beginning("zz") == (5, 5)
        assert texts.beginning("") == (0, len(self.TEXTS))
