"""The cache of facts: kept by content, checked when read, bounded, and never needed."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest

from egov_kg import assets
from egov_kg.documents import document_from_text
from egov_kg.extraction import Extractor
from egov_kg.gathering import FactCache, gather
from egov_kg.gathering.cache import fingerprint
from egov_kg.gathering.format import encode
from egov_kg.gathering.gather import document_key

KEY = "ab" + "0" * 62


@pytest.fixture
def encoded(extractor: Extractor) -> bytes:
    """Return the facts of a document."""
    return encode(extractor.extract(document_from_text("# A\n\nThe Tax Act was enacted in 2001.\n", "a.md")))


def _entry(cache: FactCache, key: str = KEY) -> Path:
    return cache.folder / key[:2] / key[2:]


class TestEntries:
    """What is kept is found again; what is damaged is not taken."""

    def test_what_was_kept_is_found(self, tmp_path: Path, encoded: bytes) -> None:
        """By another process, too: the cache is its folder."""
        FactCache(tmp_path / "facts").put(KEY, encoded)

        found = FactCache(tmp_path / "facts").get(KEY)

        assert found is not None
        assert encode(found[0])[:60] == encoded[:60]

    def test_nothing_is_found_under_another_key(self, tmp_path: Path, encoded: bytes) -> None:
        """A key is everything that decides the facts."""
        cache = FactCache(tmp_path)
        cache.put(KEY, encoded)

        assert cache.get("ac" + KEY[2:]) is None

    @pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "resealed"])
    def test_a_damaged_entry_is_removed(self, tmp_path: Path, encoded: bytes, damage: str) -> None:
        """Cut off, changed, empty, or packed anew around something else: it is made again."""
        cache = FactCache(tmp_path)
        cache.put(KEY, encoded)
        path = _entry(cache)
        data = path.read_bytes()
        match damage:
            case "cut":
                path.write_bytes(data[:-7])
            case "flipped":
                path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
            case "emptied":
                path.write_bytes(b"")
            case _:
                path.unlink()
                cache.put(KEY, b'{"document": 1}')

        assert cache.get(KEY) is None
        assert not path.exists()

    @pytest.mark.parametrize("kind", ["a link", "a pipe", "a folder"])
    def test_what_is_no_file_of_ours_is_not_opened(self, tmp_path: Path, encoded: bytes, kind: str) -> None:
        """A link to a device or a pipe in the place of an entry would never end; the document is read again."""
        cache = FactCache(tmp_path)
        cache.put(KEY, encoded)
        path = _entry(cache)
        path.unlink()
        match kind:
            case "a link":
                path.symlink_to("/dev/zero")
            case "a pipe":
                os.mkfifo(path)
            case _:
                path.mkdir()

        assert cache.get(KEY) is None

    def test_an_entry_that_unfolds_without_end_is_not_unfolded(self, tmp_path: Path) -> None:
        """A quarter of a gigabyte is more than any document gives."""
        cache = FactCache(tmp_path)
        packer = zlib.compressobj(9)
        packed = b"".join(packer.compress(b" " * (1 << 24)) for _ in range(17)) + packer.flush()
        cache.put(KEY, b"")
        head = _entry(cache).read_bytes()[: len(b"egov-kg facts 1\n")]
        import hashlib  # noqa: PLC0415 - only here

        _entry(cache).write_bytes(head + hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed)

        assert cache.get(KEY) is None

    def test_a_folder_that_cannot_be_written_is_no_error(self, tmp_path: Path, encoded: bytes) -> None:
        """A build without a cache is a slower build."""
        (tmp_path / "facts").write_text("a file where the folder should be")
        cache = FactCache(tmp_path / "facts")

        cache.put(KEY, encoded)

        assert cache.get(KEY) is None


class TestPruning:
    """The cache stays below its limit."""

    def test_what_was_used_longest_ago_goes_first(self, tmp_path: Path, encoded: bytes) -> None:
        """What this build used stays before what it did not use."""
        old = FactCache(tmp_path)
        keys = [f"{number:02x}" + "1" * 62 for number in range(6)]
        for number, key in enumerate(keys):
            old.put(key, encoded)
            os.utime(_entry(old, key), (1_000 + number, 1_000 + number))
        size = _entry(old, keys[0]).stat().st_size
        cache = FactCache(tmp_path, limit=3 * size)
        assert cache.get(keys[0]) is not None

        removed = cache.prune()

        assert removed == 3
        assert [key for key in keys if _entry(cache, key).exists()] == [keys[0], keys[4], keys[5]]

    def test_what_a_dead_build_left_half_written_goes(self, tmp_path: Path, encoded: bytes) -> None:
        """Entries are written aside first."""
        cache = FactCache(tmp_path)
        cache.put(KEY, encoded)
        (_entry(cache).parent / ".half").write_bytes(b"half")

        cache.prune()

        assert [path.name for path in _entry(cache).parent.iterdir()] == [KEY[2:]]


class TestKeys:
    """Whatever decides the facts changes the key; nothing else does."""

    def test_the_bytes_and_the_name_count_and_the_folder_does_not(self, tmp_path: Path) -> None:
        """The name is in messages and may be the title."""
        for name in ("a.md", "b.md", "other/a.md"):
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("# Same\n\nText.\n", encoding="utf-8")
        changed = tmp_path / "changed" / "a.md"
        changed.parent.mkdir()
        changed.write_text("# Same\n\nOther text.\n", encoding="utf-8")

        first = document_key(tmp_path / "a.md", "1")

        assert first == document_key(tmp_path / "other" / "a.md", "1")
        others = [
            document_key(tmp_path / "b.md", "1"),
            document_key(changed, "1"),
            document_key(tmp_path / "a.md", "2"),
        ]
        assert len({first, *others}) == 4

    def test_what_is_no_regular_file_has_none(self, tmp_path: Path) -> None:
        """And is not opened: a pipe would never end."""
        os.mkfifo(tmp_path / "pipe.md")

        assert document_key(tmp_path / "pipe.md", "1") == ""
        assert document_key(tmp_path / "absent.md", "1") == ""

    def test_rules_and_tables_count_and_documents_and_background_do_not(self, tmp_path: Path) -> None:
        """The background is joined later, to all documents alike."""
        for name in ("rules", "gazetteer", "documents", "background"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "table.tsv").write_text("a\n", encoding="utf-8")
        before = fingerprint(tmp_path)
        (tmp_path / "documents" / "table.tsv").write_text("b\n", encoding="utf-8")
        (tmp_path / "background" / "table.tsv").write_text("b\n", encoding="utf-8")
        assert fingerprint(tmp_path) == before

        (tmp_path / "rules" / "table.tsv").write_text("b\n", encoding="utf-8")

        assert fingerprint(tmp_path) != before

    def test_a_changed_document_is_read_again_and_the_others_are_not(
        self, folder: Path, tmp_path: Path, extractor: Extractor
    ) -> None:
        """One key a document."""
        cache = FactCache(tmp_path / "facts")
        first = gather([folder], assets.data(), extractor, cache=cache)
        path = folder / "page-3.md"
        path.write_text(path.read_text("utf-8") + "\nThe Tax Act was enacted in 1999.\n", encoding="utf-8")

        second = gather([folder], assets.data(), extractor, cache=cache)

        assert (first.known, second.known) == (0, len(list(folder.iterdir())) - 1)
        assert sum(len(e.facts) for e in second.extractions) > sum(len(e.facts) for e in first.extractions)
