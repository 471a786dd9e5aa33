"""The process that reads foreign files: it may fail in any way, and only its file is lost."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from egov_kg import assets, seccomp
from egov_kg.documents import IsolatedReader, Limits, iter_documents, read_document
from egov_kg.documents.child import _refuse
from egov_kg.documents.isolation import MOST_FILES
from egov_kg.documents.outline import Outline
from egov_kg.errors import MissingExtra, UnreadableDocument
from egov_kg.model import Document

TEXT: Final = "The act was enacted in 2001."


def word_file() -> bytes:
    """Return a DOCX file with a sentence."""
    made, stream = docx.Document(), io.BytesIO()
    made.add_paragraph(TEXT)
    made.save(stream)
    return stream.getvalue()


def pdf_file(content: bytes | None = None) -> bytes:
    """Return a PDF file with a sentence, or with other content."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pageCompression=0)
    canvas.drawString(72, 700, TEXT)
    canvas.save()
    if content is None:
        return stream.getvalue()
    data = stream.getvalue()
    first, last = data.index(b"stream\n") + 7, data.index(b"endstream")
    return data[:first] + content + data[last:]


def endless() -> bytes:
    """Return a PDF file that nobody reads in a second."""
    parts = [b"0 0 m 9 9 l S "] * 9_000_000
    packed = zlib.compress(b"".join(parts), 1)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    data = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, each) for n, each in enumerate(objects, 1))
    return data + b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def words(outline: Outline) -> str:
    """Return the words of an outline."""
    return " ".join(block.view.text for block in outline.blocks())


def refusal(reader: IsolatedReader, key: str, data: bytes) -> str:
    """Return the sentence with which a file is refused."""
    with pytest.raises(UnreadableDocument) as caught:
        reader.outline(key, data, Path("x"))
    return str(caught.value)


def pid_of(reader: IsolatedReader) -> int:
    """Return the id of the process that reads."""
    assert reader._process is not None
    return reader._process.pid


def is_running(pid: int) -> bool:
    """Whether there is a process of an id that has not ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    return False


class TestFailures:
    @pytest.mark.parametrize("limits", [Limits(seconds=1), Limits(memory=100 << 20)], ids=["time", "memory"])
    def test_a_limit_costs_one_file(self, limits: Limits) -> None:
        """The sentence names the limit and the setting; the next file is read, by another process."""
        with IsolatedReader(limits) as reader:
            assert words(reader.outline("pdf", pdf_file(), Path("a.pdf"))) == TEXT
            before = pid_of(reader)

            said = refusal(reader, "pdf", endless())

            assert ("1 seconds" in said) or ("100 MiB of memory" in said)
            assert "raise the limit document_" in said
            assert words(reader.outline("pdf", pdf_file(), Path("b.pdf"))) == TEXT
            assert pid_of(reader) != before
            assert not is_running(before)

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
    def test_a_process_that_has_ended_is_replaced(self, number: signal.Signals) -> None:
        """Whatever ended it between two files, nobody notices."""
        with IsolatedReader() as reader:
            reader.outline("docx", word_file(), Path("a.docx"))
            os.kill(pid_of(reader), number)
            assert reader._process is not None
            reader._process.wait()

            assert words(reader.outline("docx", word_file(), Path("b.docx"))) == TEXT

    def test_a_process_that_stands_still_is_killed(self) -> None:
        """The deadline is that of the clock: a process that takes no processor time ends, too."""
        with IsolatedReader(Limits(seconds=1)) as reader:
            reader.outline("docx", word_file(), Path("a.docx"))
            stopped = pid_of(reader)
            os.kill(stopped, signal.SIGSTOP)

            assert "could not be read in 1 seconds" in refusal(reader, "docx", word_file())
            assert not is_running(stopped)

    def test_the_others_of_a_folder_are_read(self, tmp_path: Path) -> None:
        """Each file comes with its document, or with the sentence that says why it has none."""
        for name, data in (("a.docx", word_file()), ("b.pdf", pdf_file(b"")), ("c.pdf", pdf_file())):
            (tmp_path / name).write_bytes(data)

        found = {path.name: one for path, one in iter_documents([tmp_path])}

        assert list(found) == ["a.docx", "b.pdf", "c.pdf"]
        assert isinstance(found["b.pdf"], UnreadableDocument)
        assert [one.source for one in found.values() if isinstance(one, Document)] == ["a.docx", "c.pdf"]

    def test_a_missing_extra_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The sentence says what to install."""
        monkeypatch.setitem(sys.modules, "pdfminer", None)

        with IsolatedReader() as reader, pytest.raises(UnreadableDocument) as caught:
            reader.outline("pdf", pdf_file(), Path("a.pdf"))

        assert str(caught.value).endswith('Install it: pip install "egov-kg[pdf]"')
        assert isinstance(caught.value.__cause__, MissingExtra)


class TestProcess:
    def test_nothing_is_started_before_it_is_needed(self, tmp_path: Path) -> None:
        """Text needs no process."""
        (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")

        with IsolatedReader() as reader:
            read_document(tmp_path / "a.txt", reader=reader)

            assert reader._process is None

    def test_one_process_reads_many_files(self) -> None:
        """It is replaced after a number of them, so that nothing piles up."""
        with IsolatedReader() as reader:
            seen = []
            for _ in range(MOST_FILES + 1):
                reader.outline("docx", word_file(), Path("a.docx"))
                seen.append(pid_of(reader))

        assert len(set(seen[:-1])) == 1
        assert seen[-1] != seen[0]

    def test_it_ends_with_its_parent(self, tmp_path: Path) -> None:
        """However the parent ends: also when it is killed while a file is read."""
        (tmp_path / "endless.pdf").write_bytes(endless())
        script = f"""
            from pathlib import Path
            from egov_kg.documents import IsolatedReader, Limits
            reader = IsolatedReader(Limits(seconds=2))
            reader._living()
            print(reader._process.pid, flush=True)
            reader.outline("pdf", Path({str(tmp_path / "endless.pdf")!r}).read_bytes(), Path("x"))
        """
        parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True)
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        parent.stdout.close()

        deadline = time.monotonic() + 60
        while is_running(child) and time.monotonic() < deadline:
            time.sleep(0.1)

        assert not is_running(child)

    def test_a_fork_does_not_share_it(self) -> None:
        """A process that was forked starts one of its own, and leaves that of its parent alone."""
        with IsolatedReader() as reader:
            reader.outline("docx", word_file(), Path("a.docx"))
            ours = pid_of(reader)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn where there are threads
                pid = os.fork()
            if not pid:
                read = words(reader.outline("docx", word_file(), Path("b.docx")))
                os._exit(0 if read == TEXT and pid_of(reader) != ours else 1)
            _, status = os.waitpid(pid, 0)

            assert status == 0
            assert words(reader.outline("docx", word_file(), Path("c.docx"))) == TEXT
            assert pid_of(reader) == ours


class TestWalls:
    @pytest.mark.parametrize(
        ("event", "arguments"),
        [
            ("open", ("/etc/passwd", "r", 0)),
            ("open", ("out.txt", "w", 0)),
            ("open", (f"{sys.prefix}/new.py", "a", 0)),
            ("socket.connect", ()),
            ("socket.getaddrinfo", ()),
            ("subprocess.Popen", ()),
            ("os.system", ()),
            ("os.remove", ()),
        ],
    )
    def test_what_no_reader_needs_is_refused(self, event: str, arguments: tuple[object, ...]) -> None:
        """No file but those of the installation, and those only to be read; no socket, no process."""
        with pytest.raises(PermissionError):
            _refuse(event, arguments)

    @pytest.mark.skipif(not seccomp.is_available(), reason="the system takes no filter of system calls")
    def test_the_system_filters_the_calls_of_the_process(self) -> None:
        """What the filter refuses stands in the tests of `egov_kg.seccomp`; here that it stands."""
        with IsolatedReader() as reader:
            reader._living()

            status = Path(f"/proc/{pid_of(reader)}/status").read_text(encoding="ascii")

            assert reader.is_filtered
            assert "\nSeccomp:\t2\n" in status
            assert "\nNoNewPrivs:\t1\n" in status
            assert words(reader.outline("pdf", pdf_file(), Path("a.pdf"))) == TEXT

    def test_what_a_reader_needs_is_allowed(self) -> None:
        """Modules and tables of the installation; in a checkout our own stand beside the sources."""
        _refuse("open", (str(assets.data("rules/keyed_lines.toml")), "r", 0))
        _refuse("open", (os.__file__, "r", 0))
        _refuse("open", (json.__file__, None, 0))
        _refuse("import", ("json", None))


class TestData:
    def test_an_outline_comes_back_as_it_was(self) -> None:
        """Text, blocks, views, parents, attributes, notices."""
        outline = _outline()

        again = Outline.from_data(json.loads(json.dumps(outline.data())))

        assert again.blocks() == outline.blocks()
        assert again.data() == outline.data()

    @pytest.mark.parametrize(
        "change",
        [
            lambda data: data.pop("text"),
            lambda data: data.update(text=5),
            lambda data: data.update(metadata={"a": 1}),
            lambda data: data["drafts"][0].__setitem__(0, "script"),
            lambda data: data["drafts"][0].__setitem__(1, -1),
            lambda data: data["drafts"][0].__setitem__(2, 10_000),
            lambda data: data["drafts"][0].__setitem__(3, "other words"),
            lambda data: data["drafts"][0].__setitem__(4, [5_000, 3]),
            lambda data: data["drafts"][0].__setitem__(4, [0, 1.5]),
            lambda data: data["drafts"][0].__setitem__(5, 7),
            lambda data: data["drafts"][0].__setitem__(6, {"level": 1}),
        ],
    )
    def test_what_is_no_outline_is_refused(self, change: Callable[[dict[str, Any]], object]) -> None:
        """A process that a hostile file has taken over cannot give a quotation that is not in the text."""
        data = json.loads(json.dumps(_outline().data()))
        change(data)

        with pytest.raises((ValueError, TypeError)):
            Outline.from_data(data)


def _outline() -> Outline:
    with IsolatedReader() as reader:
        return reader.outline("docx", word_file(), Path("a.docx"))
