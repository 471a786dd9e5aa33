"""Files that are no document: each is refused with its name, the reason, and what to do about it."""

from __future__ import annotations

import gzip
import os
import socket
import sys
import zipfile
from pathlib import Path

import pytest

from egov_kg.documents import document_from_text, read_document, read_documents
from egov_kg.documents.decode import LARGEST
from egov_kg.errors import UnreadableDocument


def refusal(path: Path) -> UnreadableDocument:
    """Return the error with which a file is refused."""
    with pytest.raises(UnreadableDocument) as caught:
        read_document(path)
    return caught.value


def file_of(folder: Path, data: bytes, name: str = "page.txt") -> Path:
    """Return a file that holds these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path


class TestPlaces:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        """A wrong name is called one."""
        error = refusal(tmp_path / "absent.txt")

        assert error.reason == "does not exist"
        assert error.path == tmp_path / "absent.txt"
        assert str(error) == f"{tmp_path / 'absent.txt'} does not exist. Check the name and the folder you are in."

    def test_a_file_below_a_file(self, tmp_path: Path) -> None:
        """A path that goes through a file does not exist either."""
        assert refusal(file_of(tmp_path, b"x") / "y.txt").reason == "does not exist"

    def test_a_folder(self, tmp_path: Path) -> None:
        """A folder is not read where a file is asked for."""
        assert refusal(tmp_path).reason == "is a folder, not a file"

    def test_a_file_without_permission(self, tmp_path: Path) -> None:
        """The remedy names the command that gives permission."""
        path = file_of(tmp_path, b"An act.")
        path.chmod(0)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)  # the superuser may read every file, so the test is somebody else meanwhile

        try:
            error = refusal(path)
        finally:
            os.seteuid(user)

        assert error.reason == "may not be read by you"
        assert "chmod" in error.remedy

    def test_a_name_that_no_file_can_have(self) -> None:
        """A name with U+0000 is an error of ours, not of the operating system."""
        assert refusal(Path("a\0b.txt")).reason.startswith("cannot be read")

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux names files in any bytes")
    def test_a_name_in_another_encoding(self, tmp_path: Path) -> None:
        """The file can be read; its name is written with replacement characters, in titles too."""
        place = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb9\xfd.txt"))
        place.write_text("It was enacted in 2001.", encoding="utf-8")

        document = read_document(place)

        assert (document.source, document.metadata["title"]) == ("\ufffd\ufffd.txt", "\ufffd\ufffd")

    def test_a_name_that_is_too_long(self, tmp_path: Path) -> None:
        """The operating system's reason is handed on."""
        assert refusal(tmp_path / ("x" * 5000)).reason == "cannot be read: File name too long"

    def test_a_socket(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing that could block is opened."""
        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("talk")

            assert refusal(Path("talk")).reason == "is not a regular file"

    def test_a_link_to_itself(self, tmp_path: Path) -> None:
        """A circle of links ends in an error."""
        path = tmp_path / "circle.txt"
        path.symlink_to(path)

        assert refusal(path).reason.startswith("cannot be read")


class TestContents:
    def test_an_empty_file(self, tmp_path: Path) -> None:
        """Nothing is no document."""
        assert refusal(file_of(tmp_path, b"")).reason == "is empty"

    @pytest.mark.parametrize("data", [b" \n\t\r\n ", "\ufeff\n".encode(), "\u00a0\u3000\n".encode(), b"\xef\xbb\xbf"])
    def test_white_space_alone(self, tmp_path: Path, data: bytes) -> None:
        """Blank lines, no-break spaces and a byte order mark are nothing, too."""
        assert refusal(file_of(tmp_path, data)).reason in {"holds nothing but white space", "is empty"}

    def test_a_file_that_is_too_large(self, tmp_path: Path) -> None:
        """The limit stands in the sentence; the file is not read."""
        path = file_of(tmp_path, b"")
        os.truncate(path, LARGEST + 1)

        error = refusal(path)

        assert error.reason == "has 16,777,217 bytes, more than the 16,777,216 that a document may have"
        assert error.remedy == "Split it into several files."

    @pytest.mark.parametrize(
        ("start", "name"),
        [
            (b"\x89PNG\r\n\x1a\n\x00\x00", "a PNG image"),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG image"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "an old Office or HWP file"),
            (b"{\\rtf1\\ansi An act.}", "an RTF file"),
            (b"\x7fELF\x02\x01", "a program"),
            (b"SQLite format 3\x00", "an SQLite database"),
            (gzip.compress(b"An act.", mtime=0), "a gzip file"),
        ],
    )
    def test_a_known_format(self, tmp_path: Path, start: bytes, name: str) -> None:
        """What it is instead is said by its first bytes, whatever the name ends with."""
        assert refusal(file_of(tmp_path, start)).reason == f"is {name}, not text"

    @pytest.mark.parametrize(
        ("part", "name"),
        [("ppt/presentation.xml", "a PPTX file"), ("xl/workbook.xml", "an XLSX file"), ("other.txt", "a ZIP file")],
    )
    def test_a_packed_format(self, tmp_path: Path, part: str, name: str) -> None:
        """Office files are told from other ZIP files by what they hold."""
        path = tmp_path / "page.docx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(part, "x")

        error = refusal(path)

        assert error.reason == f"is {name}, not text"
        assert error.remedy == "Save it as plain text or Markdown in UTF-8 and read that file."

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        """A zero byte is named with its place."""
        assert refusal(file_of(tmp_path, b"An act.\x00\x01\x02")).reason == "is not text: byte 0x00 at offset 7"


class TestEncodings:
    def test_western_windows(self, tmp_path: Path) -> None:
        """Bytes that several code pages read differently are read by none; the command that converts them is given."""
        error = refusal(file_of(tmp_path, "An act.\nAdministração electrónica é útil".encode("cp1252")))

        assert error.reason == "is not UTF-8: byte 0xe7 at offset 18, line 2"
        assert error.remedy.endswith("if it is WINDOWS-1252: iconv -f WINDOWS-1252 -t UTF-8 page.txt > page.utf8.txt")

    def test_a_name_with_spaces_in_the_command(self, tmp_path: Path) -> None:
        """The command can be pasted into a shell whatever the file is called."""
        error = refusal(file_of(tmp_path, "électronique".encode("cp1252"), "법 1.txt"))

        assert error.remedy.endswith("-t UTF-8 '법 1.txt' > '법 1.utf8.txt'")

    def test_a_mark_that_does_not_fit(self, tmp_path: Path) -> None:
        """A byte order mark is a promise: what breaks it is not read as something else."""
        error = refusal(file_of(tmp_path, b"\xff\xfeA\x00\x00\xd8B\x00"))

        assert error.reason == "is not UTF-16LE, as its first bytes say: byte 0x00 at offset 2"

    def test_a_file_that_was_cut_off(self, tmp_path: Path) -> None:
        """Half a character at the end is named, too."""
        assert (
            refusal(file_of(tmp_path, "전자정부법".encode()[:-1])).reason
            == "is not UTF-8: byte 0xeb at offset 12, line 1"
        )

    def test_half_of_a_surrogate_pair(self, tmp_path: Path) -> None:
        """Neither a file nor a string may hold one."""
        from_file = refusal(file_of(tmp_path, b"act \xed\xa0\x80"))
        with pytest.raises(UnreadableDocument) as caught:
            document_from_text("act \ud800", "memory")

        assert from_file.reason == "is not UTF-8: byte 0xed at offset 4, line 1"
        assert caught.value.reason == "holds half of a surrogate pair: U+D800 at offset 4"


class TestMetadataBlocks:
    @pytest.mark.parametrize(
        ("block", "reason"),
        [
            ('+++\nkind = "digest"\n', "opens a metadata block with +++ and does not close it"),
            (
                "+++\nkind = digest\n+++\nx",
                "has a metadata block that is not TOML: Invalid value (at line 2, column 8)",
            ),
            (
                '+++\nkind = "digest"\n[work]\nx = 1\n[digest]\ny = 2\n+++\nx',
                "has a metadata block that names no work.title",
            ),
            ('+++\nkind = "digest"\n[work]\ntitle = "A"\n+++\nx', "has a metadata block that has no table [digest]"),
            (
                '+++\nkind = "digest"\n[work]\ntitle = "A"\niri = "http://x"\n[digest]\nlicence = "x"\n+++\nx',
                "has a metadata block that has the work.iri 'http://x', not one like document/int/words-of-the-title",
            ),
            (
                '+++\nkind = "original"\n[work]\ntitle = "A"\njurisdiction = "Far Land"\n+++\nx',
                "has a metadata block that has the work.jurisdiction 'Far Land', not the code of a country, such as kr",
            ),
        ],
    )
    def test_a_wrong_block(self, tmp_path: Path, block: str, reason: str) -> None:
        """A digest without its work is not read as if it were a text of its own."""
        path = file_of(tmp_path, block.encode(), "digest.md")

        error = refusal(path)

        assert error.reason == reason
        assert error.path == path


class TestFolders:
    def test_a_folder_without_documents(self, tmp_path: Path) -> None:
        """An empty release is never built by mistake."""
        file_of(tmp_path, b"x", "notes.odt")

        with pytest.raises(UnreadableDocument) as caught:
            read_documents([tmp_path])

        assert caught.value.reason == "is a folder without documents"

    def test_two_documents_with_one_title(self, tmp_path: Path) -> None:
        """Two documents would share their ids: both files are named."""
        text = b"The Portal Act\n\nIt was enacted in 2001."
        first, second = file_of(tmp_path, text, "a.txt"), file_of(tmp_path, text + b" ", "b.txt")

        with pytest.raises(UnreadableDocument) as caught:
            read_documents([tmp_path])

        assert caught.value.path == second
        assert caught.value.reason == f"has the id document/int/the-portal-act, as {first} has"

    def test_one_bad_document_among_good_ones(self, tmp_path: Path) -> None:
        """A bad document stops the reading; it is never left out in silence."""
        file_of(tmp_path, b"The Portal Act\n\nIt was enacted in 2001.", "a.txt")
        bad = file_of(tmp_path, b"", "b.txt")

        with pytest.raises(UnreadableDocument) as caught:
            read_documents([tmp_path])

        assert caught.value.path == bad
