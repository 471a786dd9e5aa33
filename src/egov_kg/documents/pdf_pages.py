"""Pages of a PDF file: words with their places, and the straight lines that rule tables.

Coordinates are in points from the upper left corner of a page. Made upon pdfminer's interpreter, with a device of our
own that keeps what a reader of text needs and no more: pdfplumber's dictionaries of every glyph take ten times as long.
"""

from __future__ import annotations

import io
import logging
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

from egov_kg.documents.formats import Refusal
from egov_kg.documents.pdf_bullets import Dot, beside_words, dot_of

__all__ = ["Page", "PdfFile", "Rule", "Word", "open_pdf"]

MOST_PAGES: Final = 5_000
MOST_GLYPHS: Final = 60_000
"""On one page; a dense page of a newspaper has 20,000."""

MOST_RULES: Final = 5_000
_LIGATURES: Final = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Where a font draws two characters alike, browsers name the lower one: a dash of the width of a digit is an en dash.
_RADICAL = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")  # named instead of the character that looks like it
_ALIKE: Final = {"\u2012": "\u2013"}
_THIN: Final = 3.0
_AGAIN: Final = "Download it again, or open it in a PDF viewer and print it to a new file."
_BOLD: Final = ("bold", "black", "heavy", "demi")


@dataclass(slots=True)
class Word:
    """Letters that stand together, of one look.

    Attributes:
        text: The letters.
        x0, x1: Where it begins and ends.
        base: Where its base line lies.
        size: Of its type, in points.
        bold: Whether its font says so.
        glued: Whether no space parts it from the word before.
        spaced: Whether a space follows, also at the end of a line.
    """

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    glued: bool = False
    spaced: bool = False

    @property
    def middle(self) -> float:
        """The height of the middle of its small letters."""
        return self.base - 0.3 * self.size


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, level or upright; `x0 <= x1`, `y0 <= y1`."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_level(self) -> bool:
        """Whether it runs from left to right."""
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(slots=True)
class Page:
    """What stands on a page.

    Attributes:
        number: From 1.
        width, height: In points.
        words: In the order of the file.
        rules: In the order of the file.
        images: How many pictures it shows.
        letters: How many glyphs it shows.
        unknown: How many of them have no character.
    """

    number: int
    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    images: int = 0
    letters: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class PdfFile:
    """An open PDF file.

    Attributes:
        document: pdfminer's.
        info: What it says of itself: ``Title``, ``Author`` ...
    """

    document: PDFDocument
    info: dict[str, str]

    def pages(self) -> Iterator[Page]:
        """Yield its pages, one at a time.

        Raises:
            Refusal: If there are too many.
        """
        resources = PDFResourceManager()
        for number, found in enumerate(PDFPage.create_pages(self.document), 1):
            if number > MOST_PAGES:
                raise Refusal(f"has more than {MOST_PAGES:,} pages", "Split it into several files.")
            x0, y0, x1, y1 = (float(each) for each in found.cropbox)
            if found.rotate in {90, 270}:
                x0, y0, x1, y1 = y0, x0, y1, x1
            page = Page(number, abs(x1 - x0), abs(y1 - y0))
            device = _Device(resources, page)
            PDFPageInterpreter(resources, device).process_page(found)
            device.close_word()
            device.write_bullets()
            yield page


def open_pdf(data: bytes) -> PdfFile:
    """Return a PDF file that can be read without a password.

    Raises:
        Refusal: If it is encrypted, cut off, or damaged.
    """
    logging.disable()  # of every flaw, pdfminer says something
    if b"startxref" not in data[-4096:]:
        raise Refusal("is a PDF file that is cut off: its end is missing", _AGAIN)
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise Refusal("is a PDF file that is encrypted", "Save it without a password.") from error
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # whatever a damaged file makes the parser stumble over
        reason = f"is a PDF file that is damaged ({type(error).__name__}: {error})"
        raise Refusal(" ".join(reason.split())[:160], _AGAIN) from error
    if not document.catalog.get("Pages"):
        raise Refusal("is a PDF file without pages", _AGAIN)
    return PdfFile(document, _info(document))


def _info(document: PDFDocument) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in document.info[:1]:
        for key in ("Title", "Author"):
            value = resolve1(table.get(key))
            if isinstance(value, bytes):
                is_wide = value.startswith((b"\xfe\xff", b"\xff\xfe"))
                found[key] = value.decode("utf-16" if is_wide else "latin-1", "replace")
    return found


class _Device(PDFTextDevice):
    """Takes what the interpreter draws on one page."""

    def __init__(self, resources: PDFResourceManager, page: Page) -> None:
        super().__init__(resources)
        self.page = page
        self.word: Word | None = None
        self.is_spaced = False
        self.left = self.top = 0.0
        self.seen: set[tuple[str, int, int]] = set()
        self.dots: list[Dot] = []

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        a, b, c, d, e, f = ctm
        x0, y0, x1, y1 = page.cropbox
        corners = [(a * x + c * y + e, b * x + d * y + f) for x, y in ((x0, y0), (x1, y1))]
        self.left, self.top = min(x for x, _ in corners), max(y for _, y in corners)

    def render_char(  # noqa: PLR0917 - the signature is pdfminer's
        self,
        matrix: Any,
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,  # noqa: ARG002
        graphicstate: Any,  # noqa: ARG002
    ) -> float:
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = "\ufffd"
            self.page.unknown += 1
        advance: float = font.char_width(cid) * fontsize * scaling
        a, b, c, d, e, f = matrix
        self.page.letters += 1
        if self.page.letters <= MOST_GLYPHS and a > 0 and abs(b) <= 0.1 * a:
            size = abs(fontsize) * math.hypot(c, d)
            self._glyph(text, e - self.left, advance * a, self.top - f - rise * d, size, font)
        return advance

    def _glyph(self, text: str, x0: float, width: float, base: float, size: float, font: Any) -> None:  # noqa: PLR0917
        word = self.word
        if not text.strip():
            self.is_spaced = True
            if word is not None:
                word.spaced = True
            return
        if size < 1 or not (0 <= x0 <= self.page.width and 0 <= base <= self.page.height + size):
            return
        key = (text, round(x0), round(base))
        if key in self.seen and size >= 5:
            if word is not None:
                word.bold = True  # the same letter printed twice is how some programs make bold type
            return
        self.seen.add(key)
        text = _written(text)
        bold = any(mark in font.fontname.lower() for mark in _BOLD) if isinstance(font.fontname, str) else False
        if word is not None and abs(word.base - base) < 0.1 * size and -0.3 * size < x0 - word.x1 < 0.16 * size:
            if not self.is_spaced and bold == word.bold and abs(size - word.size) < 0.3:
                word.text += text
                word.x1 = x0 + width
                return
            glued = not self.is_spaced
        else:
            glued = word is not None and not self.is_spaced and abs(x0 - word.x1) < 0.16 * size
            glued = glued and word is not None and abs(word.base - base) < 0.7 * max(size, word.size)
        self.close_word()
        self.word = Word(text, x0, x0 + width, base, size, bold, glued=glued)
        self.is_spaced = False

    def close_word(self) -> None:
        """Keep the word that was being read."""
        if self.word is not None:
            self.page.words.append(self.word)
        self.word, self.is_spaced = None, False

    def write_bullets(self) -> None:
        """Add a bullet to the words for each dot that stands before an item."""
        for dot, word in beside_words(self.dots, self.page.words):
            self.page.words.append(Word("•", dot.x0, dot.x1, word.base, word.size, word.bold, spaced=True))

    def render_image(self, name: str, stream: Any) -> None:  # noqa: ARG002
        self.page.images += 1

    def paint_path(self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:  # noqa: ARG002, FBT001
        if len(self.page.rules) >= MOST_RULES or len(path) > 1_000 or self.ctm is None:
            return
        points: list[tuple[float, float]] = []
        first: tuple[float, float] | None = None
        lines: list[tuple[tuple[float, float], tuple[float, float]]] = []
        is_curved = False
        for step in path:
            if len(step) > 2:  # to a point, which comes last
                is_curved = is_curved or step[0] not in {"m", "l"}
                point = self._place(step[-2], step[-1])
                if step[0] == "m":
                    first = point
                elif points:
                    lines.append((points[-1], point))
                points.append(point)
            elif step[0] == "h" and points and first is not None:
                lines.append((points[-1], first))
        dot = dot_of(points)
        if dot is not None and len(self.dots) < MOST_RULES:
            self.dots.append(dot)
        if is_curved or dot is not None:
            return  # what is round or small rules no table
        if fill and not stroke and points:
            lines = _thin(points)
        for (xa, ya), (xb, yb) in lines if stroke or fill else ():
            if abs(xa - xb) < 1 or abs(ya - yb) < 1:
                self.page.rules.append(Rule(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)))

    def _place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of a drawing stands, from the upper left corner of the page."""
        assert self.ctm
        a, b, c, d, e, f = self.ctm
        return a * x + c * y + e - self.left, self.top - (b * x + d * y + f)


def _written(text: str) -> str:
    """Return the letters that a glyph stands for as people write them.

    Example:
        >>> _written("ﬁ"), _written("\u2f8f"), _written("\uf967")
        ('fi', '行', '不')
    """
    text = _LIGATURES.get(text, _ALIKE.get(text, text))
    return unicodedata.normalize("NFKC", text) if _RADICAL.match(text) else text


def _thin(points: Sequence[tuple[float, float]]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the middle line of a filled box, if it is so thin that it was meant as a line."""
    x0, x1 = min(x for x, _ in points), max(x for x, _ in points)
    y0, y1 = min(y for _, y in points), max(y for _, y in points)
    if y1 - y0 < _THIN < x1 - x0:
        return [((x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2))]
    if x1 - x0 < _THIN < y1 - y0:
        return [(((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1))]
    return []
