"""How fast documents are read: text, Markdown and web pages, made up and always the same.

    python benchmarks/reading.py [MEGABYTES]

Prints for each format the size, the seconds of processor time, megabytes a second and the number of blocks; then the
seconds for hostile texts. Web pages are read in this process, without the one that files are read in.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from typing import Final

from egov_kg.documents import document_from_text

BODIES: Final = ("Ministry of the Interior", "National Data Agency", "Council for Portals", "Office of Digital Service")
DEEDS: Final = ("launched", "approved", "reviewed", "merged", "extended", "financed")
THINGS: Final = ("the portal of taxes", "the register of land", "the second basic plan", "the network of schools")
WORDS: Final = [
    "전자정부",
    "행정정보",
    "공동이용",
    "추진계획",
    "시스템",
    "구축",
    "법률",
    "제정",
    "포털",
    "서비스",
    "개통",
]


def sentence(dice: random.Random) -> str:
    """Return a sentence of the genre."""
    if dice.random() < 0.2:
        return f"{dice.randint(1990, 2020)}년 {' '.join(dice.choices(WORDS, k=6))}하였다."
    body, deed, thing = dice.choice(BODIES), dice.choice(DEEDS), dice.choice(THINGS)
    return f"In {dice.randint(1980, 2020)} the {body} {deed} {thing}, with {dice.randint(2, 90)} of the districts."


def sections(megabytes: float) -> list[tuple[str, list[str], list[str], list[tuple[str, str]]]]:
    """Return titles with paragraphs, items and rows of a table, of about so many megabytes."""
    dice = random.Random(7)
    found: list[tuple[str, list[str], list[str], list[tuple[str, str]]]] = []
    size = 0
    while size < megabytes * 1_000_000:
        paragraphs = [" ".join(sentence(dice) for _ in range(5)) for _ in range(6)]
        items = [sentence(dice) for _ in range(5)]
        rows = [
            (f"Plan {dice.randint(1, 99)}", f"{dice.randint(1980, 2000)}-{dice.randint(2001, 2020)}") for _ in range(5)
        ]
        size += sum(map(len, paragraphs)) + sum(map(len, items)) + 200
        found.append((f"Period {len(found) + 1}", paragraphs, items, rows))
    return found


def as_text(megabytes: float) -> str:
    """Return the sections as plain text."""
    parts = ["Portals of Utopia"]
    for title, paragraphs, items, rows in sections(megabytes):
        parts += [title, *paragraphs, "\n".join(f"- {item}" for item in items)]
        parts.append("\n".join(["Plan\tPeriod", *("\t".join(row) for row in rows)]))
    return "\n\n".join(parts)


def as_markdown(megabytes: float) -> str:
    """Return the sections as Markdown."""
    parts = ["# Portals of Utopia"]
    for title, paragraphs, items, rows in sections(megabytes):
        parts += [f"## {title}", *paragraphs, "\n".join(f"- {item}" for item in items)]
        parts.append(
            "\n".join(["| Plan | Period |", "|---|---|", *(f"| {plan} | {period} |" for plan, period in rows)])
        )
    return "\n\n".join(parts)


def as_page(megabytes: float) -> str:
    """Return the sections as a web page with the usual amount of markup."""
    parts = ['<!DOCTYPE html><html><body><nav><a href="/">Home</a></nav><main><h1>Portals of Utopia</h1>']
    for title, paragraphs, items, rows in sections(megabytes):
        parts.append(f'<section class="period"><h2 id="{title}">{title}</h2>')
        for paragraph in paragraphs:
            linked = paragraph.replace("Agency", '<a href="/bodies/agency">Agency</a>').replace("plan", "<b>plan</b>")
            parts.append(f'<p class="text">{linked}<sup><a href="#n">1</a></sup></p>')
        parts.append('<ul class="list">' + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
        cells = "".join(f"<tr><td>{plan}</td><td>{period}</td></tr>" for plan, period in rows)
        parts.append(f"<table><tr><th>Plan</th><th>Period</th></tr>{cells}</table></section>")
    return "\n".join([*parts, "</main><footer>Contact</footer></body></html>"])


HOSTILE: Final[dict[str, Callable[[], str]]] = {
    "one line of 16 MB": lambda: "Portals\n\n" + "The act of 2001, " * 940_000,
    "a page of one line of 10 MB": lambda: "<html><p>" + "The act of 2001, " * 600_000,
    "10,000 nested blocks": lambda: "<html>" + "<div>" * 10_000 + "An act of 2001.",
    "100,000 paragraphs": lambda: "<html>" + "<p>An act" * 100_000,
    "10,000 nested brackets": lambda: "Portals\n\n" + "[" * 10_000 + "x" + "]" * 10_000,
    "a table of 100,000 cells": lambda: "<html><table>" + ("<tr>" + "<td>x</td>" * 20) * 5_000,
}


def main() -> None:
    """Measure and print."""
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    for name, made in (("text", as_text), ("markdown", as_markdown), ("html", as_page)):
        text = made(megabytes)
        size = len(text.encode()) / 1_000_000
        start = time.process_time()
        document = document_from_text(text, name)
        seconds = time.process_time() - start
        print(f"{name:10} {size:6.2f} MB {seconds:7.2f} s {size / seconds:6.2f} MB/s {len(document.blocks):8} blocks")
    for name, hostile in HOSTILE.items():
        text = hostile()
        start = time.process_time()
        document_from_text(text, name)
        print(f"{name:30} {time.process_time() - start:7.2f} s")


if __name__ == "__main__":
    main()
