"""The search processes of a release, asked from the process that faces the network.

They start when they are first asked: a server that reconciles nothing has none. What they cost is charged like queries.
"""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import EgovKGError
from egov_kg.reconciliation.carried import packed, unpacked
from egov_kg.reconciliation.gathered import ABOUT
from egov_kg.reconciliation.inquiries import Inquiry
from egov_kg.reconciliation.model import (
    Candidate,
    Described,
    PropertyInfo,
    Question,
    Typed,
    TypeInfo,
    Wanted,
)
from egov_kg.reconciliation.replies import Kept, Reply, replies_from
from egov_kg.server.limits import charged
from egov_kg.sparql import Pool, Request

__all__ = ["WORK", "Searching"]

WORK: Final = "egov_kg.reconciliation.work:search_work"
"""What a search process does."""

_KEPT: Final = 16 << 20
"""How many bytes of replies are kept for those who ask the same again."""

_TYPES: Final = ("egov:Law", "egov:Agency", "egov:Person", "egov:Administration", "egov:Project")


class Searching:
    """Asks the search processes of a release; see `egov_kg.reconciliation.model.Reconciling`.

    Args:
        folder: The search folder of the release.
        pool: Its search processes, not started.
    """

    def __init__(self, folder: Path, pool: Pool) -> None:
        self._folder, self._pool = folder, pool
        self._starting: asyncio.Task[None] | None = None
        self._kept = Kept(_KEPT)

    @property
    def default_types(self) -> tuple[tuple[str, str], ...]:
        """CURIE and English name of the classes that most tables are about, as far as things have them."""
        return self._default_types

    @property
    def size(self) -> int:
        """How many things there are."""
        count: int = self._about["counts"][""]
        return count

    @functools.cached_property
    def _about(self) -> dict[str, Any]:
        about: dict[str, Any] = json.loads((self._folder / ABOUT).read_bytes())
        return {name: about[name] for name in ("labels", "counts")}

    @functools.cached_property
    def _default_types(self) -> tuple[tuple[str, str], ...]:
        labels, counts = self._about["labels"], self._about["counts"]
        return tuple((name, labels.get(name, {}).get("en", name)) for name in _TYPES if counts.get(name))

    async def match(self, questions: Sequence[Question], langs: Sequence[str] = ()) -> list[list[Candidate]]:
        """Return for each question the candidates, best first."""
        return [list(one) for one in await self._ask("match", tuple(questions), tuple(langs))]

    async def replies(self, inquiries: Sequence[Inquiry], langs: Sequence[str], *, with_names: bool) -> list[Reply]:
        """Return for each query the candidates as JSON; what was asked before is not asked again."""
        order = tuple(langs)
        asked = [(one, order, with_names) for one in inquiries]
        known = {one: found for one in asked if (found := self._kept.get(one)) is not None}
        if wanted := [one for one in dict.fromkeys(asked) if one not in known]:
            data = await self._asked("replies", tuple(one for one, *_ in wanted), order, with_names=with_names)
            for one, found in zip(wanted, replies_from(data), strict=True):
                known[one] = self._kept[one] = found
        return [known[one] for one in asked]

    async def suggest_entities(self, prefix: str, **options: Any) -> list[Candidate]:
        """Return things whose names begin with a text or hold it."""
        return list(await self._ask("suggest_entities", prefix, **options))

    async def suggest_types(self, prefix: str, **options: Any) -> list[TypeInfo]:
        """Return classes whose labels hold a text."""
        return list(await self._ask("suggest_types", prefix, **options))

    async def suggest_properties(self, prefix: str, **options: Any) -> list[PropertyInfo]:
        """Return properties whose labels hold a text."""
        return list(await self._ask("suggest_properties", prefix, **options))

    async def properties_of(self, cls: str, **options: Any) -> list[PropertyInfo]:
        """Return the properties that things of a class have."""
        return list(await self._ask("properties_of", cls, **options))

    async def extend(
        self, things: Sequence[str], wanted: Sequence[Wanted], **options: Any
    ) -> tuple[list[PropertyInfo], Mapping[str, list[tuple[Typed, ...]]]]:
        """Return values of properties of things."""
        infos, rows = await self._ask("extend", tuple(things), tuple(wanted), **options)
        return list(infos), {thing: list(values) for thing, values in rows}

    async def describe(self, thing: str, **options: Any) -> Described | None:
        """Return what a preview shows."""
        found: Described | None = await self._ask("describe", thing, **options)
        return found

    async def _ask(self, method: str, *arguments: Any, **options: Any) -> Any:
        return unpacked(await self._asked(method, *arguments, **options))

    async def _asked(self, method: str, *arguments: Any, **options: Any) -> bytes:
        await self._ready()
        text = packed((method, arguments, tuple(options.items()))).decode("utf-8", "surrogatepass")
        answer = await charged(self._pool, Request(text, view={"kind": "search"}), client="")
        return answer.read()

    async def _ready(self) -> None:
        """Start the processes, once; whoever comes meanwhile waits for the same."""
        if self._starting is None:
            self._starting = asyncio.ensure_future(self._pool.start())
        try:
            await asyncio.shield(self._starting)
        except EgovKGError:
            self._starting = None
            raise

    async def close(self) -> None:
        """End the processes, if there are any."""
        if self._starting is None:
            return
        starting, self._starting = self._starting, None
        await asyncio.gather(starting, return_exceptions=True)
        await self._pool.close()
