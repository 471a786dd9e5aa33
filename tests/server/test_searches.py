"""Search processes: asked from the process that faces the network, which has no arrays and no RDF itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from egov_kg.config import Config
from egov_kg.errors import Busy
from egov_kg.reconciliation import v02, v10
from egov_kg.reconciliation.inquiries import Alternatives, Inquiry
from egov_kg.reconciliation.model import Question, Wanted
from egov_kg.reconciliation.reconciler import Reconciler
from egov_kg.server.searches import Searching
from egov_kg.server.site import Site
from tests.server.conftest import publish

ACT = Question("전자정부법", "ko", "egov:Law")
WITHOUT_RDF = """
import asyncio, sys
from pathlib import Path
from egov_kg.config import Config
from egov_kg.reconciliation.model import Question
from egov_kg.server.site import Site

async def main():
    site = Site.open(Config(workers=1), Path(sys.argv[1]))
    await site.start()
    print(len(await site.reconciling.match([Question("E-Government Act")], ("en",))))
    await site.close()
    print(sorted({name.split(".")[0] for name in sys.modules} & {"duckdb", "numpy", "pyoxigraph", "rdflib"}))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small release."""
    return publish(tmp_path_factory.mktemp("release")).path


def run(folder: Path, work: Callable[[Searching], Coroutine[Any, Any, Any]], **settings: Any) -> Any:
    """Do something with the search processes of a release, and end them."""

    async def main() -> Any:
        site = Site.open(Config(workers=1, **settings), folder)
        assert site.reconciling is not None
        await site.start()
        try:
            return await work(site.reconciling)
        finally:
            await site.close()

    return asyncio.run(main())


def pids_of(searching: Searching) -> frozenset[int]:
    """Return the numbers of the search processes."""
    return searching._pool.pids()


class TestSearching:
    def test_answers_are_those_of_the_reconciler(self, folder: Path) -> None:
        """Whichever process gives them."""
        reconciler = Reconciler.open(folder / "search")

        async def work(searching: Searching) -> None:
            batch = [ACT, Question("")]
            assert await searching.match(batch, ("ko",)) == reconciler.match(batch, ("ko",))
            assert await searching.suggest_entities("e") == reconciler.suggest_entities("e")
            assert await searching.suggest_types("") == reconciler.suggest_types("")
            assert await searching.suggest_properties("") == reconciler.suggest_properties("")
            assert await searching.properties_of("egov:Law") == reconciler.properties_of("egov:Law")
            things, wanted = ["law/kr/act"], [Wanted("egov:promulgatedOn")]
            assert await searching.extend(things, wanted) == reconciler.extend(things, wanted)
            assert await searching.describe(things[0]) == reconciler.describe(things[0])
            assert dict(searching.default_types)["egov:Law"] == "law"

        run(folder, work)

    def test_replies_are_the_same_as_texts(self, folder: Path) -> None:
        """Each query in its place, however often it stands in a batch; in the form of either version."""
        reconciler = Reconciler.open(folder / "search")
        batch = [Inquiry((Alternatives((one,)),)) for one in (ACT, Question(""), ACT)]
        expected = reconciler.match([ACT, Question(""), ACT], ("ko",))

        async def work(searching: Searching) -> None:
            old = await searching.replies(batch, ("ko",), with_names=False)
            new = await searching.replies(batch, ("ko",), with_names=True)
            assert [one.outcome for one in old] == ["candidates", "none", "candidates"]
            assert json.loads(v02.results_text("abc", old)) == v02.results_json("abc", expected)
            assert json.loads(v10.results_text(new)) == v10.results_json(expected)

        run(folder, work)

    def test_what_was_asked_is_not_asked_again(self, folder: Path) -> None:
        """A release does not change: the same query in the same languages has the same answer, without a process."""
        batch = [Inquiry((Alternatives((ACT,)),))]

        async def work(searching: Searching) -> None:
            before = await searching.replies(batch, ("en",), with_names=False)
            asked: list[str] = []

            async def never(method: str, *_arguments: Any, **_options: Any) -> bytes:
                asked.append(method)
                return b"none\t[]\n"

            searching._asked = never  # type: ignore[method-assign]
            assert await searching.replies(batch * 2, ("en",), with_names=False) == before * 2
            assert asked == []
            assert [one.outcome for one in await searching.replies(batch, ("ko",), with_names=False)] == ["none"]
            assert asked == ["replies"]

        run(folder, work)

    def test_processes_start_when_they_are_first_asked(self, folder: Path) -> None:
        """However many ask at the same time; and end with the site."""

        async def work(searching: Searching) -> frozenset[int]:
            assert pids_of(searching) == frozenset()
            answers = await asyncio.gather(*(searching.match([ACT]) for _ in range(8)))
            assert all(answer == answers[0] for answer in answers)
            return pids_of(searching)

        pids = run(folder, work)

        assert pids
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)

    def test_a_process_that_dies_is_replaced(self, folder: Path) -> None:
        """Who asks next does not notice."""

        async def work(searching: Searching) -> None:
            before = await searching.match([ACT])
            for pid in pids_of(searching):
                os.kill(pid, signal.SIGKILL)
            for _ in range(100):  # what was sent to one that was dying may come to nothing
                [found] = await asyncio.gather(searching.match([ACT]), return_exceptions=True)
                if found == before:
                    break
                await asyncio.sleep(0.05)
            assert found == before

        run(folder, work)

    def test_too_many_who_ask_are_refused(self, folder: Path) -> None:
        """The queue is bounded."""

        async def work(searching: Searching) -> list[Any]:
            batch = [Question(f"{'act ' * 40}{number}", limit=25) for number in range(50)]
            return await asyncio.gather(*(searching.match(batch) for _ in range(120)), return_exceptions=True)

        answers = run(folder, work)

        assert any(isinstance(answer, Busy) for answer in answers)
        assert all(isinstance(answer, Busy | list) for answer in answers)

    def test_the_process_that_faces_the_network_has_no_rdf_and_no_arrays(self, folder: Path) -> None:
        """It hands questions on, and hears answers."""
        told = subprocess.run(
            [sys.executable, "-c", WITHOUT_RDF, str(folder)], capture_output=True, text=True, check=True, timeout=60
        )

        assert told.stdout.splitlines() == ["1", "[]"]
