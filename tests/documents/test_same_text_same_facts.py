"""The same text as Markdown, as a saved page, as DOCX and as PDF says the same things, each in its own words."""

from __future__ import annotations

import functools
import html
import io
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Final

import docx
import pytest
from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from reportlab.lib import pagesizes, styles
from reportlab.lib.units import cm
from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, NextPageTemplate, PageTemplate, Paragraph, Table

from egov_kg import assets
from egov_kg.documents import read_document
from egov_kg.extraction import load_extractor
from egov_kg.model import Document, Extraction, Thing

TITLE: Final = "Electronic Government in Freedonia"
NOTE: Final = "They include the tax portal, the customs portal and the land register."
# "*…*" is set off; "[^1]" refers to the note.
HISTORY: Final = (
    "The Ministry of Finance introduced a payroll system in 1967. The National Computing Agency was established "
    "in 1987 to run the networks of the ministries. In 1995 the National Computing Agency was renamed the "
    "Freedonia Information Agency (FIA). The government of President Rufus Firefly enacted the Electronic "
    "Signature Act (1999)."
)
SYSTEMS: Final = (
    "The Electronic Government Act was enacted in 2001. The council proposed *eleven portals*[^1] in the same "
    "year. The Freedonia Information Agency developed the Document Exchange System in 2002, and the Ministry of "
    "the Interior has operated the Resident Registration System since 1991."
)
BARRIERS: Final = (
    "The lack of budget hampered the adoption of electronic services. The agency launched the National Portal in "
    "2003. The Second Basic Plan for Electronic Government (2003-2007) was formulated by the Ministry of the "
    "Interior."
)
PARTS: Final[tuple[tuple[str, str], ...]] = (
    ("heading", "Beginnings"),
    ("text", HISTORY),
    ("text", SYSTEMS),
    ("heading", "Laws"),
    ("text", "The following acts govern electronic government:"),
    ("item", "Data Protection Act (1994)"),
    ("item", "Framework Act on Informatization (1995)"),
    ("item", "Act on the Promotion of Electronic Public Services (2007)"),
    ("heading", "Stages"),
    ("text", "The development of electronic government is divided into stages, which the table below shows."),
    ("table", "Table 1. Stages of electronic government in Freedonia"),
    ("source", "Source: Freedonia Information Agency (2010)"),
    ("heading", "Barriers"),
    ("text", BARRIERS),
)
HEADER: Final = ("Stage", "Accomplishments")
STAGES: Final = (
    ("Base (1978-1987)", ("First Basic Plan for Administrative Computerization (1978)",)),
    ("Networks (1988-1996)", ("Establishment of the National Network Committee", "Data Protection Act (1994)")),
    ("Portals (1997-2007)", ("Electronic Signature Act (1999)", "Launch of the National Portal (2003)")),
)


def markdown() -> str:
    """Return the text in Markdown."""
    lines = [f"# {TITLE}", ""]
    for kind, words in PARTS:
        lines += [{"heading": "## ", "item": "- "}.get(kind, "") + words.replace("*", "**")]
        if kind == "table":
            lines += ["", f"| {HEADER[0]} | {HEADER[1]} |", "|---|---|"]
            for stage, rows in STAGES:
                lines += [f"| {stage if row is rows[0] else ''} | {row} |" for row in rows]
        lines += [] if kind == "item" else [""]
    return "\n".join([*lines, f"[^1]: {NOTE}", ""])


STYLE: Final = (
    "<style>table { border-collapse: collapse } td, th { border: 1px solid; vertical-align: top; padding: 4px }"
    "@media print { nav, footer { display: none } }</style>"
)


def page() -> str:
    """Return the text as a web page, with a navigation around it."""
    body = [f"<h1>{TITLE}</h1>"]
    for kind, words in PARTS:
        marked = re.sub(r"\*(.+?)\*", r"<b>\1</b>", html.escape(words))
        marked = marked.replace("[^1]", '<sup id="r1"><a href="#n1">1</a></sup>')
        tag = {"heading": "h2", "item": "li"}.get(kind, "p")
        if kind == "table":
            rows = "".join(
                f"<tr>{f'<td rowspan={len(rows)}>{stage}</td>' if row is rows[0] else ''}<td>{row}</td></tr>"
                for stage, rows in STAGES
                for row in rows
            )
            head = "".join(f"<th>{name}</th>" for name in HEADER)
            body.append(
                f"<table><caption>{marked}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            )
        else:
            body.append(f"<{tag}>{marked}</{tag}>")
    text = re.sub(r"((?:<li>.*</li>\n?)+)", r"<ul>\1</ul>", "\n".join(body))
    notes = f'<ol><li id="n1">{NOTE} <a href="#r1">back</a></li></ol>'
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{TITLE}</title>{STYLE}</head><body>"
        f"<nav><ul><li><a href=/>Home</a></li><li><a href=/laws>All laws</a></li></ul></nav>"
        f"<main>{text}<section class=footnotes>{notes}</section></main><footer>Copyright</footer></body></html>"
    )


def word_file() -> bytes:
    """Return the text as a DOCX file, with a real footnote and a cell that spans rows."""
    made: WordFile = docx.Document()
    made.add_heading(TITLE, 0)
    for kind, words in PARTS:
        if kind == "heading":
            made.add_heading(words, 1)
            continue
        paragraph = made.add_paragraph(style="List Bullet" if kind == "item" else None)
        for index, piece in enumerate(re.split(r"\*(.+?)\*", words)):
            before, sign, after = piece.partition("[^1]")
            if sign:
                run = paragraph.add_run()._r
                run.append(run.makeelement(f"{W}footnoteReference", {f"{W}id": "2"}))
            paragraph.add_run(after if sign else before).bold = bool(index % 2)
        if kind == "table":
            table = made.add_table(1, 2)
            for cell, name in zip(table.rows[0].cells, HEADER, strict=True):
                cell.text = name
            for stage, rows in STAGES:
                cells = [table.add_row().cells for _ in rows]
                cells[0][0].text = stage
                for cell, row in zip(cells, rows, strict=True):
                    cell[1].text = row
                if len(rows) > 1:
                    cells[0][0].merge(cells[-1][0])
    note = f'<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{NOTE}</w:t></w:r></w:p></w:footnote>'
    notes = f'<w:footnotes xmlns:w="{W.strip("{}")}">{note}</w:footnotes>'.encode()
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES, notes, made.part.package)
    made.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FOOTNOTES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def printed() -> bytes:
    """Return the text as a PDF file: two columns, the title over both, running heads, the note at the foot."""
    sheet = styles.getSampleStyleSheet()
    body = styles.ParagraphStyle("body", parent=sheet["BodyText"], fontSize=10, leading=12.5, alignment=4)
    small = styles.ParagraphStyle("small", parent=body, fontSize=7.5, leading=9)

    def margins(canvas: object, template: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)  # type: ignore[attr-defined]
        canvas.drawString(2 * cm, 28.6 * cm, "Freedonia Review of Administration")  # type: ignore[attr-defined]
        canvas.drawCentredString(10.5 * cm, cm, f"- {template.page} -")  # type: ignore[attr-defined]

    story: list[object] = [Paragraph(TITLE, sheet["Title"]), FrameBreak()]
    story += [Paragraph(f"<super size=5>1</super> {NOTE}", small), FrameBreak()]
    for kind, words in PARTS:
        marked = re.sub(r"\*(.+?)\*", r"<b>\1</b>", words).replace("[^1]", "<super size=6>1</super>")
        if kind == "heading":
            story.append(Paragraph(words, sheet["Heading2"]))
        elif kind == "item":
            story.append(Paragraph(marked, body, bulletText="-"))
        else:
            story.append(Paragraph(marked, body))
        if kind == "table":
            rows = [[Paragraph(name, body) for name in HEADER]]
            spans = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
            for stage, lines in STAGES:
                spans.append(("SPAN", (0, len(rows)), (0, len(rows) + len(lines) - 1)))
                rows += [[Paragraph(stage if line is lines[0] else "", body), Paragraph(line, body)] for line in lines]
            story.append(Table(rows, colWidths=[3 * cm, 5 * cm], style=spans))
    frames = {
        "title": Frame(2 * cm, 25.5 * cm, 17 * cm, 2 * cm),
        "note": Frame(2 * cm, 1.6 * cm, 8 * cm, 1.6 * cm),
        "left": Frame(2 * cm, 12 * cm, 8 * cm, 13.5 * cm),
        "right": Frame(11 * cm, 12 * cm, 8 * cm, 13.5 * cm),
    }
    later = [Frame(2 * cm, 2 * cm, 8 * cm, 26 * cm), Frame(11 * cm, 2 * cm, 8 * cm, 26 * cm)]
    stream = io.BytesIO()
    template = BaseDocTemplate(stream, pagesize=pagesizes.A4)
    template.addPageTemplates(
        [PageTemplate("first", list(frames.values()), onPage=margins), PageTemplate("later", later, onPage=margins)]
    )
    template.build([NextPageTemplate("later"), *story])
    return stream.getvalue()


FORMATS: Final[dict[str, Callable[[], bytes]]] = {
    "freedonia.html": lambda: page().encode(),
    "freedonia.docx": word_file,
    "freedonia.pdf": printed,
}


@functools.cache
def extraction(name: str, data: bytes, folder: Path) -> Extraction:
    """Return what a file says."""
    path = folder / name
    path.write_bytes(data)
    (found,) = load_extractor(assets.data()).extract_all([read_document(path)])
    return found


def facts(found: Extraction) -> set[tuple[str, str, str]]:
    """Return what was said: subject, relation, object, by their names."""

    def name(one: object) -> str:
        return one.label if isinstance(one, Thing) else getattr(one, "lexical", getattr(one, "edtf", ""))

    return {(name(fact.subject), fact.property, name(fact.object)) for fact in found.facts}


def words(text: str) -> str:
    """Return letters and digits alone, as the formats differ in white space and marks."""
    return "".join(character for character in unicodedata.normalize("NFKC", text) if character.isalnum())


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Extraction:
    """What the text says in Markdown."""
    return extraction("freedonia.md", markdown().encode(), tmp_path_factory.mktemp("text"))


class TestSameFacts:
    def test_the_text_says_something(self, original: Extraction) -> None:
        """Laws, agencies, systems, stages, a note: there is enough to lose."""
        found = facts(original)

        assert len(found) >= 40
        assert len({relation for _, relation, _ in found}) >= 12

    @pytest.mark.parametrize("name", FORMATS)
    def test_a_format_says_the_same(self, tmp_path: Path, original: Extraction, name: str) -> None:
        """Subject, relation and object of every fact."""
        found = facts(extraction(name, FORMATS[name](), tmp_path))

        assert sorted(facts(original) - found) == []
        assert sorted(found - facts(original)) == []

    @pytest.mark.parametrize("name", FORMATS)
    def test_each_quotes_its_own_words(self, tmp_path: Path, name: str) -> None:
        """Evidence is a range of the text that was made of the file, and no letter of the original is lost."""
        found = extraction(name, FORMATS[name](), tmp_path)

        document: Document = found.document
        assert all(document.quote(span) in document.text for fact in found.facts for span in fact.evidence)
        for _, part in PARTS:
            assert words(part.replace("*", "").partition("[^1]")[0]) in words(document.text)
        assert words(NOTE) in words(document.text)
