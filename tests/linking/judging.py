"""The matcher and plain comparisons of strings against pairs that a person judged.

`python -m tests.linking.judging` prints the table. The pairs stand in ``judged.tsv``, our side of them in
``judged.ttl``; theirs are rows of the data sets that ship, and of ``agencies.csv``.
"""

from __future__ import annotations

import csv
import difflib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from egov_kg import assets, console
from egov_kg.linking.deciding import CandidateLink
from egov_kg.linking.forms import folded, folded_words
from egov_kg.linking.matching import link
from egov_kg.linking.ours import Ours
from egov_kg.linking.rows import RowReader
from egov_kg.linking.specification import Specification
from egov_kg.linking.specification_files import read_specification
from egov_kg.linking.tables import table_batches
from egov_kg.linking.trigrams import Trigrams

HERE: Final = Path(__file__).parent
BASE: Final = "https://w3id.org/egov-kg/id/"


class Pair(NamedTuple):
    """A judged pair: our id, their CURIE, ``exact``, ``close`` or ``none``, and what it is a case of."""

    ours: str
    theirs: str
    verdict: str
    case: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a method is; `threshold` is the one that gives the best F1, empty for the matcher."""

    method: str
    threshold: str
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairs() -> list[Pair]:
    """Return the judged pairs."""
    with (HERE / "judged.tsv").open(encoding="utf-8", newline="") as file:
        return [Pair(**row) for row in csv.DictReader(file, delimiter="\t")]


def store() -> ox.Store:
    """Return our side."""
    found = ox.Store()
    found.load((HERE / "judged.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    return found


def sources() -> Iterator[tuple[Specification, Path]]:
    """Yield the data sets with their folders."""
    for name in ("kr-iso", "kr-law-history", "kr-offices"):
        yield read_specification(assets.data(f"mappings/{name}.toml")), assets.data(f"external/{name}")
    yield read_specification(HERE / "agencies.toml"), HERE


def proposed(graph: ox.Store) -> dict[tuple[str, str], CandidateLink]:
    """Return what the matcher proposes, vetoed pairs included, by our id and their CURIE."""
    found = {}
    for specification, folder in sources():
        for one in link(graph, specification, folder).links:
            found[one.pair.entity.iri.removeprefix(BASE), _curie(one.pair.row.id, specification)] = one
    return found


def _curie(name: str, specification: Specification) -> str:
    for prefix, space in specification.dataset.prefixes.items():
        if name.startswith(space):
            return f"{prefix}:{name[len(space) :]}"
    return name


def matcher_figures(found: Mapping[tuple[str, str], CandidateLink], judged: list[Pair], bands: set[str]) -> Figures:
    """Return the figures of the matcher; what it proposes and nobody judged counts as wrong."""
    right = {(one.ours, one.theirs) for one in judged if one.verdict != "none"}
    told = {key for key, one in found.items() if one.band in bands}
    hits = len(told & right)
    return Figures(f"matcher, {' + '.join(sorted(bands))}", "", hits / max(len(told), 1), hits / len(right))


def names(graph: ox.Store) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return all names of ours by id, and of theirs by CURIE."""
    ours: dict[str, list[str]] = {}
    for quad in graph.quads_for_pattern(None, None, None, None):
        if isinstance(quad.object, ox.Literal) and quad.predicate.value.endswith("Label"):
            assert isinstance(quad.subject, ox.NamedNode)
            ours.setdefault(quad.subject.value.removeprefix(BASE), []).append(quad.object.value)
    asking = Ours(graph, {"egov": "https://w3id.org/egov-kg/ontology#"})
    for node in asking.members("egov:Administration"):
        (head,) = asking.follow([node], "egov:headedBy")
        assert isinstance(head, ox.NamedNode)
        ours[node.value.removeprefix(BASE)] += [alias.text for alias in asking.aliases(head)]
    theirs: dict[str, list[str]] = {}
    for specification, folder in sources():
        for match in specification.matches:
            reader = RowReader(match, specification.prefixes)
            with tempfile.TemporaryDirectory() as aside:
                for batch in table_batches(specification, match, folder / match.source, Path(aside)):
                    for place in range(len(next(iter(batch.values())))):
                        row = reader.row(batch, place)
                        theirs[_curie(row.id, specification)] = [label.text for label in row.labels]
    return ours, theirs


def jaro_winkler(one: str, other: str) -> float:
    """Return the similarity of Jaro and Winkler, with a prefix of at most four letters at 0.1."""
    if one == other:
        return 1.0
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken: set[int] = set()
    mine: list[str] = []
    for place, c in enumerate(one):
        for at in range(max(0, place - reach), min(len(other), place + reach + 1)):
            if at not in taken and other[at] == c:
                taken.add(at)
                mine.append(c)
                break
    if not mine:
        return 0.0
    moved = sum(a != b for a, b in zip(mine, (other[at] for at in sorted(taken)), strict=True)) / 2
    count = len(mine)
    jaro = (count / len(one) + count / len(other) + (count - moved) / count) / 3
    same = next(
        (n for n, (a, b) in enumerate(zip(one[:4], other[:4], strict=False)) if a != b), min(4, len(one), len(other))
    )
    return jaro + same * 0.1 * (1 - jaro)


def token_sort(one: str, other: str) -> float:
    """Return the similarity of the sorted words."""
    return difflib.SequenceMatcher(
        None, " ".join(sorted(folded_words(one))), " ".join(sorted(folded_words(other)))
    ).ratio()


def baselines(graph: ox.Store, judged: list[Pair]) -> list[Figures]:
    """Return the figures of plain comparisons, each at its best threshold: over the judged pairs alone, so kindly."""
    ours, theirs = names(graph)
    forms = sorted({folded(text) for found in theirs.values() for text in found})
    index = Trigrams.build(forms)

    def cosine(one: str, other: str) -> float:
        hits = index.candidates([folded(one)], 2000, least=0.01)
        found = dict(zip((forms[number] for number in hits.names.tolist()), hits.cosines.tolist(), strict=True))
        return float(found.get(folded(other), 0.0))

    methods: dict[str, Callable[[str, str], float]] = {
        "equal names": lambda one, other: float(one.casefold() == other.casefold()),
        "equal folded names": lambda one, other: float(folded(one) == folded(other)),
        "Jaro-Winkler": lambda one, other: jaro_winkler(folded(one), folded(other)),
        "token sort": token_sort,
        "cosine of trigrams": cosine,
    }
    result = []
    for name, method in methods.items():
        scores = [
            (max(method(a, b) for a in ours[one.ours] for b in theirs.get(one.theirs, [""])), one.verdict != "none")
            for one in judged
        ]
        result.append(max((_at(name, scores, step / 50) for step in range(10, 51)), key=lambda one: one.f1))
    return result


def _at(method: str, scores: list[tuple[float, bool]], threshold: float) -> Figures:
    told = [right for score, right in scores if score >= threshold]
    positives = sum(right for _, right in scores)
    return Figures(method, f"{threshold:.2f}", sum(told) / max(len(told), 1), sum(told) / positives)


def table(found: Mapping[tuple[str, str], CandidateLink], judged: list[Pair], others: list[Figures]) -> list[list[str]]:
    """Return the figures as cells: method, threshold, precision, recall, F1."""
    ours = [matcher_figures(found, judged, bands) for bands in ({"accept"}, {"accept", "review"})]
    return [
        [one.method, one.threshold, f"{one.precision:.2f}", f"{one.recall:.2f}", f"{one.f1:.2f}"]
        for one in (*ours, *others)
    ]


def main() -> None:
    """Print the table, and what the matcher gets wrong."""
    graph, judged = store(), pairs()
    found = proposed(graph)
    rows = table(found, judged, baselines(graph, judged))
    console.print_text(console.columns(rows, head=["method", "threshold", "precision", "recall", "F1"]))
    verdicts = {(one.ours, one.theirs): one for one in judged}
    for key, one in sorted(found.items()):
        verdict = verdicts[key].verdict if key in verdicts else "not judged"
        if one.band != "veto" and verdict not in {"exact", "close"}:
            console.print_text(
                f"wrong: {key[0]} {key[1]} {one.band} {one.confidence:.3f} {one.pair.score.parts} ({verdict})"
            )
    for key, judgement in sorted(verdicts.items()):
        if judgement.verdict != "none" and (key not in found or found[key].band == "veto"):
            why = f"veto: {', '.join(found[key].reasons)}" if key in found else "not proposed"
            console.print_text(f"missed: {key[0]} {key[1]} ({judgement.case}; {why})")


if __name__ == "__main__":
    main()
