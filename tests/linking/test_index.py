"""The index of names: what is alike is found, in any language, the same from memory and from a file."""

from __future__ import annotations

import math
import random
from collections import Counter
from pathlib import Path

import pytest

from egov_kg.linking.index import Name, NameIndex
from egov_kg.linking.trigrams import Trigrams, grams_of

NAMES = (
    Name("law:egov", "E-Government Act", "en", ("egov:Law",)),
    Name("law:egov", "전자정부법", "ko", ("egov:Law",)),
    Name("law:decree", "전자정부법 시행령", "ko", ("egov:ExecutiveOrder",)),
    Name("law:data", "Act on Promotion of the Provision and Use of Public Data", "en", ("egov:Law",)),
    Name("agency:nia", "National Information Society Agency", "en", ("egov:Agency", "egov:Body")),
    Name("agency:nia", "NIA", "en", ("egov:Agency", "egov:Body")),
)


@pytest.fixture
def index() -> NameIndex:
    """An index of six names."""
    return NameIndex.build(NAMES)


class TestSearch:
    def test_finds_the_same_name_first(self, index: NameIndex) -> None:
        """Equal but for case, spaces and hyphens is 1; a longer name is less."""
        found = index.search("전자 정부법", 5)

        assert [(one.thing, one.text) for one in found] == [
            ("law:egov", "전자정부법"),
            ("law:decree", "전자정부법 시행령"),
        ]
        assert found[0].cosine == 1.0 > found[1].cosine

    @pytest.mark.parametrize(
        "typed", ["egovernment act", "E Government  Act", "public data act", "nia", "Nat. Information Society Agency"]
    )
    def test_finds_what_is_alike(self, index: NameIndex, typed: str) -> None:
        """Misspelt, shortened or turned round."""
        best = index.search(typed, 1)[0].thing

        assert best == ("law:data" if "data" in typed else "agency:nia" if "n" in typed[:1].lower() else "law:egov")

    def test_restricts_to_a_class(self, index: NameIndex) -> None:
        """Names of other things do not count."""
        assert [one.thing for one in index.search("전자정부법", 5, cls="egov:ExecutiveOrder")] == ["law:decree"]
        assert index.search("전자정부법", 5, cls="egov:Agency") == ()

    @pytest.mark.parametrize("typed", ["", " -- ", "\n", "zzzz", "\ud800", "a" * 10_000])
    def test_finds_nothing_where_there_is_nothing(self, index: NameIndex, typed: str) -> None:
        """No letters, or none that a name has."""
        assert index.search(typed, 5) == ()

    def test_of_no_names_finds_nothing(self) -> None:
        """An empty release has an index, too."""
        assert NameIndex.build(()).search("전자정부법", 5) == ()


class TestFiles:
    def test_give_the_same_answers(self, index: NameIndex, tmp_path: Path) -> None:
        """Mapped into memory, not read."""
        index.save(tmp_path)

        assert NameIndex.open(tmp_path).search("전자정부", 5) == index.search("전자정부", 5)
        assert len(NameIndex.open(tmp_path)) == len(NAMES)

    def test_have_the_same_bytes_whatever_the_order_of_the_names(self, tmp_path: Path) -> None:
        """A release names its files by their hashes."""
        for folder, names in (("a", NAMES), ("b", (*reversed(NAMES), NAMES[0]))):
            NameIndex.build(names).save(tmp_path / folder)

        assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == {
            path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()
        }

    def test_of_another_version_are_refused(self, index: NameIndex, tmp_path: Path) -> None:
        """Not misread."""
        index.save(tmp_path)
        about = tmp_path / "names.json"
        about.write_text(about.read_text().replace('"format": 1', '"format": 2'))

        with pytest.raises(ValueError, match="has format 2, expected 1; build it again"):
            NameIndex.open(tmp_path)


class TestTrigrams:
    def test_find_what_comparing_all_pairs_finds(self) -> None:
        """For random names of five letters, at once and one by one, against the definition written out."""
        chance = random.Random(3)
        names = sorted({"".join(chance.choice("abcde") for _ in range(chance.randint(2, 9))) for _ in range(400)})
        asked = ["".join(chance.choice("abcdefg") for _ in range(chance.randint(3, 9))) for _ in range(200)]
        index = Trigrams.build(names)

        hits = index.candidates(asked, 1000, least=0.4)

        at_once: dict[int, list[tuple[int, float]]] = {place: [] for place in range(len(asked))}
        for row, name, cosine in zip(hits.rows.tolist(), hits.names.tolist(), hits.cosines.tolist(), strict=True):
            at_once[row].append((name, round(cosine, 4)))
        expected = {place: _by_definition(names, form, 0.4) for place, form in enumerate(asked)}
        assert {place: sorted(found) for place, found in at_once.items()} == expected
        for place, form in enumerate(asked):
            one = index.search(form, 1000, least=0.4)
            found = zip(one.names.tolist(), one.cosines.tolist(), strict=True)
            assert sorted((name, round(cosine, 4)) for name, cosine in found) == expected[place]


def _by_definition(names: list[str], form: str, least: float) -> list[tuple[int, float]]:
    sets = [set(grams_of([name])[1].tolist()) for name in names]
    frequency = Counter(gram for one in sets for gram in one)

    def weight(gram: int) -> float:
        return math.log1p(len(names) / frequency[gram]) if gram in frequency else math.log1p(len(names))

    asked = grams_of([form])[1].tolist()
    counted = [*(gram for gram in set(asked) if gram in frequency), *(gram for gram in asked if gram not in frequency)]
    length = math.sqrt(sum(weight(gram) ** 2 for gram in counted))
    found = []
    for place, one in enumerate(sets):
        shared = sum(weight(gram) ** 2 for gram in one & set(asked))
        cosine = shared / (math.sqrt(sum(weight(gram) ** 2 for gram in one)) * length)
        if cosine >= least:
            found.append((place, round(cosine, 4)))
    return found
