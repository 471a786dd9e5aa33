"""Where answers stand: small ones in memory, the others in files, none longer than it may be."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from egov_kg.errors import ResultTooLarge, SpoolFull
from egov_kg.sparql import Limits, Pool, Request, forking
from egov_kg.sparql.spool import INLINE, Spool, Spools
from tests.sparql.conftest import LAWS

MANY = "SELECT * { ?s ?p ?o . VALUES ?x { 1 2 3 4 5 6 7 8 } }"


def filled(spool: Spool, length: int) -> bytes:
    """Write bytes that tell their place; return them."""
    data = bytes(number % 251 for number in range(length))
    for at in range(0, length, 10_000):
        spool.write(data[at : at + 10_000])
    return data


def most_taken(pid: int) -> int:
    """Return the most memory that a process had at any moment, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))


class TestSpool:
    @pytest.mark.parametrize("length", [0, 1, INLINE, INLINE + 1, 3 * INLINE + 7])
    def test_what_was_written_stands_in_memory_or_in_the_file(self, tmp_path: Path, length: int) -> None:
        """Where it begins is known, and so is its length."""
        with (tmp_path / "file").open("w+b") as file:
            spool = Spool(1 << 20, file.fileno(), has_file=True)
            data = filled(spool, length)
            kept, begin = spool.finish()
            file.seek(begin or 0)
            found = bytes(kept) if begin is None else file.read()

        assert found == data
        assert spool.length == length
        assert (begin is None) == (length <= INLINE)

    @pytest.mark.parametrize("length", [10, 2 * INLINE])
    def test_the_head_may_come_last(self, tmp_path: Path, length: int) -> None:
        """Room is held for it; it ends where the rest begins."""
        with (tmp_path / "file").open("w+b") as file:
            spool = Spool(1 << 20, file.fileno(), has_file=True)
            spool.hold(100)
            data = filled(spool, length)
            spool.fill(b"the head")
            kept, begin = spool.finish()
            file.seek(begin or 0)
            found = bytes(kept) if begin is None else file.read()

        assert found == b"the head" + data
        assert spool.length == 8 + length

    def test_it_refuses_what_is_too_long(self, tmp_path: Path) -> None:
        """With the last byte that fits it is not too long."""
        with (tmp_path / "file").open("w+b") as file:
            spool = Spool(INLINE + 2, file.fileno(), has_file=True)
            filled(spool, INLINE + 2)
            with pytest.raises(ResultTooLarge):
                spool.write(b"x")

    def test_a_large_answer_without_a_file_is_refused_where_there_should_be_one(self) -> None:
        """A small one is not."""
        spool = Spool(1 << 30, None, has_file=True)
        filled(spool, INLINE)
        with pytest.raises(SpoolFull):
            spool.write(b"x")

    def test_a_file_that_takes_no_more_is_no_room(self, tmp_path: Path) -> None:
        """A full disk is nobody's fault who asks."""
        with (tmp_path / "file").open("wb") as file:
            reading = os.open(file.name, os.O_RDONLY)
            spool = Spool(1 << 30, reading, has_file=True)
            with pytest.raises(SpoolFull):
                filled(spool, 2 * INLINE)
            os.close(reading)


class TestSpools:
    def test_there_are_only_so_many_files(self, tmp_path: Path) -> None:
        """One that is closed makes room for another."""
        spools = Spools(tmp_path, 2)
        first, second = spools.make(), spools.make()

        assert spools.make() is None
        assert first is not None
        assert second is not None
        first.close()
        first.close()
        assert spools.open == 1
        second.close()
        assert spools.open == 0
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_not_there_gives_none(self, tmp_path: Path) -> None:
        """Small answers go on without."""
        assert Spools(tmp_path / "missing", 2).make() is None


class TestAnswers:
    def test_a_slow_reader_holds_a_file_and_no_process(self, held_release: Path) -> None:
        """Answers that nobody has read yet stay as they are while others are made."""

        async def run() -> tuple[list[bool], list[int]]:
            async with Pool(held_release, Limits(workers=1, result_bytes=1 << 20), quads=10_000) as pool:
                answers = [await pool.answer(Request(f"{MANY} # {number}", table="tsv")) for number in range(4)]
                files = [answer.body.fileno() > 0 for answer in answers]
                return files, [answer.read().count(b"\n") for answer in answers]

        assert asyncio.run(run()) == ([True] * 4, [1 + 8 * 2 * LAWS] * 4)

    @pytest.mark.skipif(not forking.is_supported(), reason="the system does not tell the most that a process took")
    def test_memory_does_not_grow_with_it(self, held_release: Path) -> None:
        """Neither that of the process nor ours: 20 megabytes pass through a file."""
        text = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 120000"

        async def run() -> tuple[int, int, int]:
            async with Pool(held_release, Limits(workers=1, seconds=60), quads=10_000) as pool:
                while len(pool.pids()) < 2:  # noqa: ASYNC110 - nothing tells of it
                    await asyncio.sleep(0.01)
                everybody = [os.getpid(), *sorted(pool.pids())]
                (await pool.answer(Request("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 1000", table="csv"))).body.close()
                before = [most_taken(pid) for pid in everybody]
                answer = await pool.answer(Request(text, table="csv"))
                answer.body.close()
                grown = [most_taken(pid) - taken for pid, taken in zip(everybody, before, strict=True)]
                return answer.length, grown[0], max(grown[1:])

        length, ours, theirs = asyncio.run(run())
        assert length > 20_000_000
        assert ours < 8 << 20
        assert theirs < 8 << 20

    def test_when_all_room_is_taken_small_answers_go_on(self, held_release: Path) -> None:
        """A large one is refused until somebody has read another."""

        async def run() -> tuple[bytes, int]:
            async with Pool(
                held_release, Limits(workers=1, result_bytes=1 << 20), spool_bytes=1 << 20, quads=10_000
            ) as pool:
                large = [await pool.answer(Request(f"{MANY} # {number}", table="tsv")) for number in range(4)]
                with pytest.raises(SpoolFull):
                    await pool.answer(Request(f"{MANY} # one too many", table="tsv"))
                small = (await pool.answer(Request("ASK {}", table="csv"))).read()
                for answer in large:
                    answer.body.close()
                again = await pool.answer(Request(f"{MANY} # again", table="tsv"))
                return small, len(again.read())

        small, length = asyncio.run(run())
        assert small == b"true"
        assert length > 300_000

    @pytest.mark.parametrize("form", ["ttl", "rdf", "nt", "trig"])
    def test_a_large_graph_declares_the_prefixes_that_it_uses(self, held_release: Path, form: str) -> None:
        """They stand at its beginning, although they are known at its end."""
        text = "CONSTRUCT { ?x ?p ?o } { ?s ?p ?o . VALUES ?n { 1 2 3 4 5 6 7 8 9 } %s }"
        text %= "BIND(IRI(CONCAT(STR(?s), '/', STR(?n))) AS ?x)"

        async def run() -> bytes:
            async with Pool(held_release, Limits(workers=1, result_bytes=8 << 20), quads=10_000) as pool:
                answer = await pool.answer(Request(text, graph=form))
                assert answer.body.fileno() > 0
                return answer.read()

        body = asyncio.run(run())
        declared = {"ttl": b"@prefix", "trig": b"@prefix", "rdf": b"xmlns:"}.get(form)
        assert len(body) > INLINE
        if declared is not None:
            assert 1 <= body[:2000].count(declared) <= 4
            assert b"skos" in body[:2000]
            assert b"dcterms" not in body[:2000]
