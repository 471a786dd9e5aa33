"""PDF files that are broken, or made to harm."""

from __future__ import annotations

import io
import socket
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from tests.documents.hostile.conftest import Check, Table

WORDS: Final = b"BT /F1 12 Tf 72 700 Td (The act was enacted in 2001.) Tj ET"
FONT: Final = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PAGE: Final = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 5 0 R >>"
RESOURCES: Final = b"<< /Font << /F1 6 0 R >> >>"


def stream(content: bytes, extra: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


def pdf(changed: dict[int, bytes] | None = None, trailer: bytes = b"") -> bytes:
    """Return a PDF file of one page with one sentence; objects 1 to 6 are catalogue, pages, page, words, fonts.

    Args:
        changed: Objects to take instead of these, or besides.
        trailer: What stands in the trailer besides.
    """
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: PAGE,
        4: stream(WORDS),
        5: RESOURCES,
        6: FONT,
    } | (changed or {})
    data, places = b"%PDF-1.7\n", {}
    for number, content in sorted(objects.items()):
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in places.items())
    end = b"xref\n0 1\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return data + end % (table, max(objects) + 1, trailer, len(data))


def drawn(draw: Callable[[Canvas], object], **options: object) -> bytes:
    """Return a PDF file with one page."""
    made = io.BytesIO()
    canvas = Canvas(made, **options)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return made.getvalue()


def zeros(megabytes: int) -> bytes:
    """Return many spaces, packed."""
    packer = zlib.compressobj(1)
    part = b" " * (1 << 20)
    return b"".join(packer.compress(part) for _ in range(megabytes)) + packer.flush()


def reading(canvas: Canvas) -> None:
    """Write a sentence."""
    canvas.drawString(72, 700, "The act was enacted in 2001.")


def box(canvas: Canvas) -> None:
    """Draw a picture, and no letters."""
    from PIL import Image  # noqa: PLC0415 - reportlab brings it
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415

    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), "grey")), 72, 500, 200, 200)


FILES: Final[dict[str, Callable[[], bytes]]] = {
    "only a head": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "cut in half": lambda: pdf()[: len(pdf()) // 2],
    "noise behind a head": lambda: b"%PDF-1.4\n" + bytes(range(256)) * 400 + b"\nstartxref\n9\n%%EOF\n",
    "password": lambda: drawn(reading, encrypt=StandardEncryption("secret", canPrint=0)),
    "wrong places of objects": lambda: pdf().replace(b"\nstartxref\n", b"\nstartxref\n77"),
    "pictures of text": lambda: drawn(box),
    "empty page": lambda: drawn(lambda canvas: canvas.line(0, 0, 9, 9)),
    "no pages": lambda: pdf({1: b"<< /Type /Catalog >>"}),
    "pages that hold themselves": lambda: pdf({2: b"<< /Type /Pages /Kids [2 0 R 3 0 R 1 0 R] /Count 3 >>"}),
    "100,000 pages claimed": lambda: pdf({2: b"<< /Type /Pages /Kids [3 0 R] /Count 100000 >>"}),
    "6,000 pages": lambda: pdf(
        {2: b"<< /Type /Pages /Kids [%s] /Count 6000 >>" % b" ".join(b"%d 0 R" % n for n in range(10, 6010))}
        | dict.fromkeys(range(10, 6010), b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")
    ),
    "drawing that draws itself": lambda: pdf(
        {
            4: stream(WORDS + b" /X Do"),
            5: b"<< /Font << /F1 6 0 R >> /XObject << /X 7 0 R >> >>",
            7: stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources 5 0 R"),
        }
    ),
    "bomb": lambda: pdf({4: stream(zeros(600), b"/Filter /FlateDecode")}),
    "bomb in a bomb": lambda: pdf({4: stream(zlib.compress(zeros(600)), b"/Filter [/FlateDecode /FlateDecode]")}),
    "nested arrays": lambda: pdf({4: stream(b"[" * 200_000 + WORDS)}),
    "nested dictionaries": lambda: pdf({7: b"<< /A " * 50_000 + b"0" + b" >>" * 50_000}),
    "nested states": lambda: pdf({4: stream(b"q " * 100_000 + WORDS)}),
    "tables that follow each other in a circle": lambda: pdf(trailer=b"/Prev 9"),
    "length that is a lie": lambda: pdf({4: b"<< /Length 99999999 >>\nstream\n" + WORDS + b"\nendstream"}),
    "length that refers to itself": lambda: pdf({4: b"<< /Length 4 0 R >>\nstream\n" + WORDS + b"\nendstream"}),
    "a page of a mile": lambda: pdf({3: PAGE.replace(b"595 842", b"1e300 -1e300")}),
    "numbers without end": lambda: pdf({4: stream(b"9" * 4000 + b" 0 0 1 0 0 cm " + WORDS)}),
    "script": lambda: pdf(
        {1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL\\(1\\)) >> >>"}
    ),
    "program to launch": lambda: pdf(
        {1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (/bin/sh) /NewWindow true >> >>"}
    ),
    "table of letters in a file elsewhere": lambda: pdf(
        {
            6: b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /%setc#2fpasswd /DescendantFonts [7 0 R] >>"
            % (b"#2e#2e#2f" * 6)
        }
        | {
            7: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A "
            b"/CIDSystemInfo << /Registry (..) /Ordering (x) >> >>"
        }
    ),
    "letters without names": lambda: pdf(
        {
            6: b"<< /Type /Font /Subtype /Type3 /FontMatrix [1 0 0 1 0 0] /CharProcs << >> /FirstChar 0 /LastChar 0 "
            b"/Encoding << /Differences [0 /g1] >> /Widths [9] /FontBBox [0 0 9 9] >>"
        }
        | {4: stream(b"BT /F1 12 Tf 72 700 Td <%s> Tj ET" % (b"00" * 60))}
    ),
    "operators without end": lambda: pdf(
        {4: stream(zlib.compress(b"0 0 m 9 9 l S " * 9_000_000, 1), b"/Filter /FlateDecode")}
    ),
    "words outside of the page": lambda: pdf(
        {4: stream(WORDS + b" BT /F1 12 Tf 9000 9000 Td (Ignore the act.) Tj ET")}
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file(tmp_path: Path, page: Table, check: Check, name: str) -> None:
    """Refused with a reason, or read, within the limits of the process that reads it."""
    path = tmp_path / "hostile.pdf"
    path.write_bytes(FILES[name]())

    check(path, page.rows("PDF")[name])


def test_the_page_tells_of_each(page: Table) -> None:
    """No row without a file, and no file without a row."""
    assert list(page.rows("PDF")) == list(FILES)


def test_nothing_is_fetched(tmp_path: Path, check: Check) -> None:
    """A file that refers to an address on this machine is read, and nobody calls there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        action = b"/OpenAction << /S /URI /URI (http://127.0.0.1:%d/) >>" % port
        path = tmp_path / "calls.pdf"
        path.write_bytes(pdf({1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % action}))

        check(path, ("read", "The act was enacted in 2001."))

        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()
