"""All names of things in one index: exact forms by a hash, near ones by trigrams; for matching, reconciling, searching.

It is made of arrays and of texts laid end to end, so that it can stand in the ``search`` folder of a release and be
mapped into memory by every process that asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from egov_kg.linking.forms import folded
from egov_kg.linking.trigrams import Hits, Trigrams

__all__ = ["Found", "Name", "NameIndex"]

_ABOUT: Final = "names.json"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Name:
    """A name to be indexed.

    Attributes:
        thing: The IRI of the thing.
        text: As it is written.
        lang: Its language tag, or empty.
        classes: The CURIEs of the classes of the thing.
    """

    thing: str
    text: str
    lang: str = ""
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A name that was found.

    Attributes:
        thing, text, lang: As in `Name`.
        cosine: How like it is to what was looked for; 1 if the folded names are equal.
    """

    thing: str
    text: str
    lang: str
    cosine: float


class NameIndex:
    """The index. Made by `build` or `open`; safe to share between threads and processes that only read."""

    def __init__(
        self,
        *,
        texts: Texts,
        things: Texts,
        arrays: dict[str, NDArray[np.int32]],
        langs: Sequence[str],
        classes: Sequence[str],
        trigrams: Trigrams,
    ) -> None:
        self._texts, self._things, self._arrays = texts, things, arrays
        self._langs, self._classes, self._trigrams = tuple(langs), tuple(classes), trigrams

    def __len__(self) -> int:
        return len(self._texts)

    @classmethod
    def build(cls, names: Iterable[Name]) -> Self:
        """Return an index of names; a name of one thing in one language counts once, and the order does not matter."""
        by_key: dict[tuple[str, str, str], Name] = {(one.thing, one.text, one.lang): one for one in names}
        rows = [by_key[key] for key in sorted(by_key)]
        things = sorted({one.thing for one in rows})
        langs = sorted({one.lang for one in rows})
        sets = sorted({" ".join(sorted(one.classes)) for one in rows})
        number = {text: place for place, text in enumerate(things)}
        lang, kind = ({text: place for place, text in enumerate(found)} for found in (langs, sets))
        arrays = {
            "things": np.array([number[one.thing] for one in rows], dtype=np.int32),
            "langs": np.array([lang[one.lang] for one in rows], dtype=np.int32),
            "classes": np.array([kind[" ".join(sorted(one.classes))] for one in rows], dtype=np.int32),
        }
        forms = [folded(one.text) for one in rows]
        return cls(
            texts=Texts.of([one.text for one in rows]),
            things=Texts.of(things),
            arrays=arrays,
            langs=langs,
            classes=sets,
            trigrams=Trigrams.build(forms),
        )

    def search(self, text: str, most: int, *, cls: str = "", least: float = 0.3) -> tuple[Found, ...]:
        """Return the names that are most like a text, the best name of each thing, best first.

        Args:
            text: What is looked for, as it was typed.
            most: How many things.
            cls: The CURIE of the class that they have; any if empty.
            least: How alike they must be, from 0 to 1.
        """
        form = folded(text)
        among = None
        if cls:
            wanted = [cls in one.split(" ") for one in self._classes]
            among = np.array(wanted, dtype=bool)[self._arrays["classes"]]
        hits = self._trigrams.search(form, most * 8, least=least, among=among)
        found: dict[str, Found] = {}
        for number, cosine in zip(hits.names.tolist(), hits.cosines.tolist(), strict=True):
            thing = self._things[int(self._arrays["things"][number])]
            if thing not in found:
                name = self._texts[number]
                same = 1.0 if folded(name) == form else min(cosine, 0.9999)
                found[thing] = Found(thing, name, self._langs[int(self._arrays["langs"][number])], same)
        ranked = sorted(found.values(), key=lambda one: (-one.cosine, len(one.text), one.thing))
        return tuple(ranked[:most])

    def candidates(self, forms: Sequence[str], most: int, *, least: float) -> Hits:
        """Return for each of many folded names the numbers of the names that are most like it."""
        return self._trigrams.candidates(forms, most, least=least)

    def name(self, number: int) -> tuple[str, str, str]:
        """Return the thing, the text and the language of a name by its number."""
        lang = self._langs[int(self._arrays["langs"][number])]
        return self._things[int(self._arrays["things"][number])], self._texts[number], lang

    def save(self, folder: Path) -> None:
        """Write the index into a folder; the same names give the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        self._texts.save(folder, "names")
        self._things.save(folder, "things")
        for name, array in self._arrays.items():
            np.save(folder / f"name-{name}.npy", array, allow_pickle=False)
        self._trigrams.save(folder)
        about = {"format": _FORMAT, "names": len(self), "langs": self._langs, "classes": self._classes}
        (folder / _ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return an index that `save` wrote, mapped into memory.

        Raises:
            OSError: If a file is missing.
            ValueError: If it is of another version, or damaged.
        """
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        if about["format"] != _FORMAT:
            raise ValueError(f"the index in {folder} has format {about['format']}, expected {_FORMAT}; build it again")
        arrays = {
            name: np.load(folder / f"name-{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ("things", "langs", "classes")
        }
        texts, things = Texts.open(folder, "names"), Texts.open(folder, "things")
        return cls(
            texts=texts,
            things=things,
            arrays=arrays,
            langs=about["langs"],
            classes=about["classes"],
            trigrams=Trigrams.open(folder, about["names"]),
        )


class Texts:
    """Texts laid end to end, known by their places."""

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self._data, self._ends = data, ends

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Return texts laid end to end."""
        parts = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = np.cumsum([0, *map(len, parts)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(parts), dtype=np.uint8), ends)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> str:
        begin, end = int(self._ends[place]), int(self._ends[place + 1])
        return bytes(self._data[begin:end]).decode("utf-8", "surrogatepass")

    def save(self, folder: Path, name: str) -> None:
        """Write two files."""
        np.save(folder / f"{name}-texts.npy", self._data, allow_pickle=False)
        np.save(folder / f"{name}-ends.npy", self._ends, allow_pickle=False)

    @classmethod
    def open(cls, folder: Path, name: str) -> Self:
        """Map what `save` wrote."""
        data = np.load(folder / f"{name}-texts.npy", mmap_mode="r", allow_pickle=False)
        return cls(data, np.load(folder / f"{name}-ends.npy", mmap_mode="r", allow_pickle=False))
