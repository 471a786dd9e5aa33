"""Many documents: the same facts for any number of processes, cold or warm, and a bad document costs itself alone."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from pathlib import Path

import pytest

from egov_kg import assets
from egov_kg.documents import iter_documents, read_documents
from egov_kg.errors import EgovKGError, UnreadableDocument
from egov_kg.extraction import Extractor
from egov_kg.gathering import FactCache, Gathered, gather
from egov_kg.model import Document

TITLE = "# Norway and its harbours: report"


def _all(gathered: Gathered) -> list[tuple[object, ...]]:
    return [(e.document, e.things, e.labels, e.mentions, e.facts, e.unexpressed) for e in gathered.extractions]


class TestSameFacts:
    """How the work is shared out does not show."""

    @pytest.mark.parametrize("workers", [2, 3])
    def test_processes_find_what_one_finds(self, folder: Path, extractor: Extractor, workers: int) -> None:
        """Facts, things, labels, and the passages that gave nothing."""
        alone = gather([folder], assets.data(), extractor, workers=1)

        shared = gather([folder], assets.data(), extractor, workers=workers)

        assert sum(len(e.facts) for e in alone.extractions) > 20
        assert _all(shared) == _all(alone)
        assert shared.blocks == alone.blocks

    def test_the_facts_are_those_of_the_extractor(self, folder: Path, extractor: Extractor) -> None:
        """`Extractor.extract_all` over whole documents is what everything else is measured by."""
        expected = extractor.extract_all(read_documents([folder]))

        found = gather([folder], assets.data(), extractor).extractions

        assert [(e.document.id, e.facts, e.labels) for e in found] == [
            (e.document.id, e.facts, e.labels) for e in expected
        ]

    def test_a_warm_cache_gives_what_a_cold_one_gives(self, folder: Path, tmp_path: Path, extractor: Extractor) -> None:
        """And nothing is read again."""
        cold = gather([folder], assets.data(), extractor, cache=FactCache(tmp_path / "facts"))

        warm = gather([folder], assets.data(), extractor, cache=FactCache(tmp_path / "facts"))

        assert (cold.known, warm.known) == (0, len(cold.extractions))
        assert _all(warm) == _all(cold)

    def test_a_poisoned_entry_changes_nothing(self, folder: Path, tmp_path: Path, extractor: Extractor) -> None:
        """Its checksum does not fit; the document is read again."""
        cold = gather([folder], assets.data(), extractor, cache=FactCache(tmp_path / "facts"))
        for path in (tmp_path / "facts").glob("*/*"):
            data = path.read_bytes()
            path.write_bytes(data[:100] + bytes([data[100] ^ 255]) + data[101:])

        again = gather([folder], assets.data(), extractor, cache=FactCache(tmp_path / "facts"))

        assert again.known == 0
        assert _all(again) == _all(cold)

    def test_the_order_of_documents_does_not_matter(self, folder: Path, extractor: Extractor) -> None:
        """Neither of files nor of values that were read before."""
        paths: list[Path | Document] = [*folder.iterdir()]
        expected = _all(gather(paths, assets.data(), extractor))
        random.Random(1).shuffle(paths)
        mixed = [read_documents([one])[0] if number % 2 else one for number, one in enumerate(paths)]  # type: ignore[list-item]

        assert _all(gather(paths, assets.data(), extractor)) == expected
        assert _all(gather(mixed, assets.data(), extractor)) == expected

    def test_everybody_is_told_how_far_it_is(self, folder: Path, extractor: Extractor) -> None:
        """One call a document, up to the last."""
        told: list[tuple[int, int]] = []

        gather([folder], assets.data(), extractor, workers=2, tick=lambda done, total: told.append((done, total)))

        assert told == [(number, 6) for number in range(1, 7)]


class TestFailures:
    """What cannot be read is listed, with its reason, and the rest goes on."""

    @pytest.mark.parametrize("workers", [1, 2])
    def test_a_bad_document_costs_itself_alone(self, folder: Path, extractor: Extractor, workers: int) -> None:
        """The reason names the file and no folder of the machine."""
        (folder / "empty.md").write_bytes(b"")
        (folder / "binary.md").write_bytes(b"\x00\x01\x02" * 100)

        found = gather([folder], assets.data(), extractor, workers=workers)

        assert len(found.extractions) == 6
        assert [failure.source for failure in found.failures] == ["binary.md", "empty.md"]
        assert all(failure.reason.startswith(failure.source) for failure in found.failures)
        assert not any(str(folder) in failure.reason for failure in found.failures)
        assert all(isinstance(failure.error, UnreadableDocument) for failure in found.failures)

    def test_the_reasons_are_the_same_for_any_number_of_processes(self, folder: Path, extractor: Extractor) -> None:
        """They stand in the report, which is part of the release."""
        (folder / "empty.md").write_bytes(b"")
        (folder / "absent.md").symlink_to(folder / "nowhere")

        reasons = [
            [failure.reason for failure in gather([folder], assets.data(), extractor, workers=workers).failures]
            for workers in (1, 2)
        ]

        assert reasons[0] == reasons[1]
        assert len(reasons[0]) == 2

    def test_the_second_document_of_one_id_is_left_out(self, folder: Path, extractor: Extractor) -> None:
        """By name, whatever order they are given in."""
        (folder / "zz.md").write_text(f"{TITLE} 2\n\nSomething else.\n", encoding="utf-8")

        found = gather([folder], assets.data(), extractor)

        (failure,) = found.failures
        assert failure.source == "zz.md"
        assert failure.reason.startswith("zz.md has the id document/int/norway-and-its-harbours-report-2, as page-2.md")

    def test_with_no_document_left_the_first_reason_is_raised(self, tmp_path: Path, extractor: Extractor) -> None:
        """There is nothing to build."""
        (tmp_path / "empty.md").write_bytes(b"")

        for workers in (1, 2):
            with pytest.raises(UnreadableDocument, match=r"empty\.md is empty"):
                gather([tmp_path / "empty.md"], assets.data(), extractor, workers=workers)

    def test_a_process_that_is_killed_costs_the_document_it_was_on(self, folder: Path, extractor: Extractor) -> None:
        """As the system kills what takes too much memory; the document is listed, the others are all read."""
        slow = " ".join(f"The Ministry of Works launched the Gate {n} Portal in 2001." for n in range(20_000))
        (folder / "a-slow.md").write_text(f"# Slow\n\n{slow}\n", encoding="utf-8")

        def kill_the_last(done: int, total: int) -> None:
            if done == total - 1:
                for child in multiprocessing.active_children():
                    os.kill(child.pid or 0, signal.SIGKILL)

        found = gather([folder], assets.data(), extractor, workers=2, tick=kill_the_last)

        (failure,) = found.failures
        assert failure.source == "a-slow.md"
        assert "a-slow.md ended the process that read it (signal 9" in failure.reason
        assert len(found.extractions) == 6
        assert not multiprocessing.active_children()

    def test_processes_end_when_nobody_waits_any_more(self, folder: Path, extractor: Extractor) -> None:
        """An error, or Ctrl-C, in the middle leaves none behind."""

        def stop(done: int, _total: int) -> None:
            if done == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            gather([folder], assets.data(), extractor, workers=2, tick=stop)

        assert not multiprocessing.active_children()


class TestIterDocuments:
    """Files with their documents, or with what is wrong with them."""

    def test_each_file_comes_with_its_document_or_its_error(self, folder: Path) -> None:
        """Sorted by name, and reading goes on after an error."""
        (folder / "page-2.md").write_bytes(b"")

        found = list(iter_documents([folder]))

        assert [path.name for path, _ in found] == [f"page-{number}.md" for number in range(6)]
        assert [isinstance(one, EgovKGError) for _, one in found] == [False, False, True, False, False, False]

    def test_read_documents_raises_the_first_of_them(self, folder: Path) -> None:
        """As before."""
        (folder / "page-2.md").write_bytes(b"")

        with pytest.raises(UnreadableDocument, match=r"page-2\.md is empty"):
            read_documents([folder])
