"""Which relations say the same: phrases of readers and properties of the ontology, in groups with a direction."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.evaluation.tables import read_table

__all__ = ["Relations", "Sense", "read_relations"]

_DIRECTIONS: Final = ("forward", "backward", "either")
_NOTE: Final = re.compile(r"\s*\([^()]*\)\Z")
_OPPOSITE: Final = {"forward": "backward", "backward": "forward", "either": "either"}


class Sense(NamedTuple):
    """One thing that a relation may say.

    Attributes:
        group: The name of the group; relations of one group count as equal.
        direction: ``forward`` or ``backward``, against the other relations of the group; ``either`` where it does not
            matter which of the two things comes first.
    """

    group: str
    direction: str

    def turned(self, other: Sense) -> bool:
        """Return whether the two things of `other` stand the other way round than in this one."""
        return {self.direction, other.direction} == {"forward", "backward"}

    def loose(self, other: Sense) -> bool:
        """Return whether both orders of the two things say the same."""
        return "either" in {self.direction, other.direction}


@dataclass(frozen=True, slots=True)
class Relations:
    """The table of relations.

    Attributes:
        senses: What each relation of the table may say.
    """

    senses: Mapping[str, tuple[Sense, ...]]

    def of(self, relation: str) -> tuple[Sense, ...]:
        """Return what a relation may say; nothing if it is neither in the table nor a property of the ontology.

        A property that the table does not list says only itself, and its inverse the same the other way round. A
        remark in brackets behind a phrase is passed over.
        """
        for name in (relation, _NOTE.sub("", relation)):
            if name in self.senses:
                return self.senses[name]
        forward = vocab.INVERSES.get(relation)
        if forward is not None:
            known = self.of(forward)
            return tuple(Sense(sense.group, _OPPOSITE[sense.direction]) for sense in known)
        if relation in vocab.OBJECT_PROPERTIES or relation in vocab.DATA_PROPERTIES:
            return (Sense(relation, "forward"),)
        return (Sense(relation, "forward"),) if relation in vocab.OUTSIDE_PROPERTIES else ()

    def group(self, relation: str) -> str:
        """Return the name of the first group of a relation; the relation itself if it has none."""
        senses = self.of(relation)
        return senses[0].group if senses else relation

    def nearest(self, relation: str) -> str:
        """Return the known relation that is spelt most like another word, or an empty string."""
        near = difflib.get_close_matches(relation, sorted(self.senses), n=1, cutoff=0.6)
        return near[0] if near else ""


def read_relations(path: Path) -> Relations:
    """Return the relations of a table with the columns relation, group and direction.

    Raises:
        DataFileError: If a line is wrong, or a property is none of the ontology's.
    """
    senses: defaultdict[str, list[Sense]] = defaultdict(list)
    for row in read_table(path, ("relation", "group", "direction"), filled=("relation", "group", "direction")):
        relation, sense = row["relation"], Sense(row["group"], row.one_of("direction", _DIRECTIONS))
        if ":" in relation and not Relations({}).of(relation.partition("#")[0]):
            raise row.wrong("relation", f"{relation!r} is no property of the ontology, nor one of those it takes over")
        if any(known.group == sense.group for known in senses[relation]):
            raise row.wrong("group", f"{relation!r} stands in {sense.group!r} already")
        senses[relation].append(sense)
    return Relations({relation: tuple(found) for relation, found in senses.items()})
