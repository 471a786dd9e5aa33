"""The candidates of a reconciliation service for things of ours: asked for once, politely, as the bytes of a table.

One request at a time, with a pause between two; a service that wants us to wait is obeyed; what fails in passing is
asked for again a few times. Half an answer is no answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from egov_kg.errors import FetchFailed, UnreadableTarget
from egov_kg.linking import candidates
from egov_kg.linking.candidates import Answer, Candidate, Question
from egov_kg.linking.specification import Asking, Specification
from egov_kg.sparql.fetching import Endpoint, Fetcher

__all__ = ["candidate_data"]

T = TypeVar("T")
_SECONDS: Final = 60.0
_ALL_SECONDS: Final = 3600.0
_LARGEST: Final = 4 << 20
_TRIES: Final = 4
_LONGEST_WAIT: Final = 300.0
_PASSING: Final = frozenset({"broken", "busy", "time"})


def candidate_data(
    specification: Specification,
    asked: Sequence[Question],
    *,
    agent: str,
    private: bool = False,
    tick: Callable[[int, int], object] | None = None,
) -> bytes:
    """Return the candidates for some names as a CSV file.

    Args:
        specification: Its format is ``reconciliation``.
        asked: What is asked for.
        agent: The name that we give ourselves.
        private: Whether the service may stand in a private network or on this machine.
        tick: Called with the number of names that are answered, and that of all.

    Raises:
        UnreadableTarget: If there are more names than may be asked for, or an answer is missing or wrong.
    """
    asking = specification.dataset.asking
    assert asking is not None
    if len(asked) > asking.most:
        raise UnreadableTarget(
            specification.path,
            f"would ask for {len(asked):,} names, more than most = {asking.most:,}",
            "Ask about fewer classes, or raise 'most' in [dataset.reconciliation].",
        )
    try:
        return asyncio.run(_asked(specification, asking, asked, agent, private=private, tick=tick))
    except TimeoutError as error:
        problem = f"did not answer for {len(asked):,} names within {_ALL_SECONDS:.0f} seconds"
        raise _failure(specification, problem) from error
    except FetchFailed as error:
        raise _failure(specification, f"gave no answer: {error}") from error


async def _asked(
    specification: Specification,
    asking: Asking,
    asked: Sequence[Question],
    agent: str,
    *,
    private: bool,
    tick: Callable[[int, int], object] | None,
) -> bytes:
    address = specification.dataset.source
    found: dict[tuple[int, str], list[Candidate]] = {}
    async with (
        asyncio.timeout(_ALL_SECONDS),
        Fetcher([Endpoint(address, private=private)], agent=agent) as fetcher,
    ):
        service = _Service(fetcher, address, asking.pause)
        done = 0
        for batch in _batches(asked, asking.batch):
            data = await service.ask(candidates.queries_form(batch, asking))
            for one in _read(specification, partial(_all_answers, data, batch)):
                found.setdefault((one.block, one.id), []).append(one)
            done += len(batch)
            if tick is not None:
                tick(done, len(asked))
        if asking.extend:
            for ids in _batches(sorted({thing for _, thing in found}), asking.batch):
                data = await service.ask(candidates.extend_form(ids, asking))
                told = _read(specification, partial(candidates.extended, data, ids, asking))
                for (_, thing), same in found.items():
                    if thing in told:
                        same[0].values.update(told[thing])
    return candidates.candidate_table((one for same in found.values() for one in same), asking)


def _all_answers(data: bytes, batch: Sequence[Question]) -> list[Candidate]:
    return list(candidates.answers(data, batch))


class _Service:
    """One service, asked for one thing after the other."""

    def __init__(self, fetcher: Fetcher, address: str, pause: float) -> None:
        self._fetcher, self._address, self._pause = fetcher, address, pause
        self._is_new = True

    async def ask(self, form: Mapping[str, str]) -> bytes:
        """Return an answer; ask again where it failed in passing, when the service wants it.

        Raises:
            FetchFailed: If it fails for good, or wants us to wait for longer than we do.
        """
        if not self._is_new:
            await asyncio.sleep(self._pause)
        self._is_new = False
        for attempt in range(1, _TRIES + 1):
            try:
                return await self._fetched(form)
            except FetchFailed as error:
                if attempt == _TRIES or error.kind not in _PASSING:
                    raise
                wait = error.after or min(self._pause * 4**attempt, 60.0)
                if wait > _LONGEST_WAIT:
                    reason = f"{error.reason}; it wants us to wait for {wait:.0f} seconds"
                    raise FetchFailed(reason, kind=error.kind, after=error.after) from error
                await asyncio.sleep(wait)
        raise AssertionError

    async def _fetched(self, form: Mapping[str, str]) -> bytes:
        media = ["application/json", "text/json"]
        body = await self._fetcher.fetch(self._address, form, media=media, seconds=_SECONDS, limit=_LARGEST)
        with body:
            return body.read()


def _batches(all_of: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(all_of), size):
        yield all_of[start : start + size]


def _read(specification: Specification, read: Callable[[], T]) -> T:
    try:
        return read()
    except Answer as error:
        raise _failure(specification, f"does not speak the reconciliation API 0.2: its answer {error}") from error


def _failure(specification: Specification, problem: str) -> UnreadableTarget:
    return UnreadableTarget(Path(specification.dataset.id), problem, "Nothing was kept; ask again later, or narrow it.")
