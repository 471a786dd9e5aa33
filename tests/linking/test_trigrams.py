"""Names that are like others: what comparing all pairs would find."""

from __future__ import annotations

import math
import random
from collections import Counter

from egov_kg.linking.trigrams import Trigrams, grams_of


class TestTrigrams:
    def test_find_what_comparing_all_pairs_finds(self) -> None:
        """For random names of five letters, at once, against the definition written out."""
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
