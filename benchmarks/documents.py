"""Pages a second of the PDF reader: a report in two columns with tables, made here, read as a build reads it.

    python benchmarks/documents.py [PAGES]

Prints one line for each layout; each file pays for the start of the process that reads it. Where others work on the
machine, the time of the processor is the figure to go by.
"""

from __future__ import annotations

import io
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from reportlab.lib import pagesizes, styles
from reportlab.lib.units import cm
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table

from egov_kg.documents import IsolatedReader, read_document

WORDS = (
    "the ministry of interior agency project electronic government administration system network law act plan "
    "informatization national public service document exchange committee established promoted launched"
)


def report(pages: int, columns: int) -> bytes:
    """Return a PDF file of about so many pages."""
    chance, words = random.Random(7), WORDS.split()
    sheet = styles.getSampleStyleSheet()
    width = (17 - (columns - 1)) / columns
    frames = [Frame((2 + n * (width + 1)) * cm, 2 * cm, width * cm, 25.5 * cm) for n in range(columns)]
    stream = io.BytesIO()
    template = BaseDocTemplate(stream, pagesize=pagesizes.A4)
    template.addPageTemplates([PageTemplate("page", frames)])
    grid = [("GRID", (0, 0), (-1, -1), 0.5, "black")]
    story: list[object] = []
    for number in range(pages * 6):
        if number % 8 == 0:
            story.append(Paragraph(f"{number // 8 + 1}. Section of the report", sheet["Heading2"]))
        sentence = " ".join(chance.choice(words) for _ in range(110)).capitalize()
        story.append(Paragraph(f"{sentence}.", sheet["BodyText"]))
        if number % 12 == 5:
            rows = [["Stage", "Year", "Law"], *([f"Base {n}", f"{1980 + n}", "Act on acts"] for n in range(8))]
            story.append(Table(rows, style=grid))
    template.build(story)
    return stream.getvalue()


def processor_seconds() -> float:
    """Return the time that the processes took which this one has started and seen end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Make, read, print."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        for columns in (1, 2):
            path = Path(folder) / f"report-{columns}.pdf"
            path.write_bytes(report(pages, columns))
            spent, began = processor_seconds(), time.perf_counter()
            with IsolatedReader() as reader:
                document = read_document(path, reader=reader)
            seconds, spent = time.perf_counter() - began, processor_seconds() - spent
            count = int(document.metadata["pages"])
            print(
                f"{columns} column(s): {count} pages, {len(document.text)} characters, {len(document.blocks)} blocks, "
                f"{seconds:.1f} s, {count / seconds:.1f} pages/s; {count / spent:.1f} pages a second of the processor"
            )
    print(f"memory of the largest child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10} MiB")


if __name__ == "__main__":
    main()
