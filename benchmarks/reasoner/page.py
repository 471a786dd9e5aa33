"""The figures as tables in Markdown and one picture, put into the page of benchmarks."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from figure import bars

BEGIN: Final = "<!-- reasoner: written by benchmarks/reasoner/run.py -->"
END: Final = "<!-- reasoner: end -->"
NAMES: Final = {"own": "ours", "sparq": "sparq-rdf", "reasonable": "reasonable", "owlrl": "owlrl"}
STEPS: Final = ("load", "infer", "write")

Row = dict[str, Any]


def write_page(docs: Path, rows: list[Row]) -> None:
    """Put the tables between their marks in benchmarks.md, and write the picture beside it."""
    page = docs / "benchmarks.md"
    text = page.read_text(encoding="utf-8")
    tables = f"{BEGIN}\n\n{_tables(rows)}\n\n{END}"
    changed = re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: tables, text, flags=re.DOTALL)
    page.write_text(changed, encoding="utf-8")
    picture = docs / "images" / "reasoner.svg"
    picture.write_text(_picture(rows), encoding="utf-8")


def _by_input(rows: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["input"].rstrip("0123456789") != "lubm", row["triples"])):
        groups[row["input"]].append(row)
    return groups


def _tables(rows: list[Row]) -> str:
    versions = {NAMES[row["peer"]]: row["version"] for row in rows if row["version"]}
    said = ", ".join(f"{name} {version}" for name, version in versions.items())
    head = (
        "| input, triples | reasoner | load | infer | write | file to file | by the clock | peak MB | derived | lacks |"
        " has more |"
        "\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    )
    lines = [line for group in _by_input(rows).values() for line in _lines(group)]
    return (
        f"{said}. Processor seconds, medians; the column behind them has file to file by the clock.\n\n{head}\n"
        + "\n".join(lines)
    )


def _lines(group: list[Row]) -> list[str]:
    lines = []
    for place, row in enumerate(group):
        first = f"{row['input']}, {row['triples']:,}" if place == 0 else ""
        name = NAMES[row["peer"]] + (" (one run)" if row["runs"] == 1 else "")
        if row["failure"]:
            lines.append(f"| {first} | {name} | {row['failure']} " + "| " * 9 + "|")
            continue
        cpu = dict(row["cpu"])
        cpu["infer"] += cpu.get("compile", 0.0)  # others do it while they infer
        cpu["load"] += cpu.get("join", 0.0)
        cells = [_seconds(cpu[step]) for step in (*STEPS, "file to file")]
        cells += [_seconds(row["wall"]["file to file"]), f"{row['peak'] / 1e6:,.0f}", f"{row['derived']:,}"]
        cells += ["" if row[key] is None else f"{row[key]:,}" for key in ("missing", "extra")]
        lines.append(f"| {first} | {name} | {' | '.join(cells)} |")
    return lines


def _seconds(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _picture(rows: list[Row]) -> str:
    groups = {
        name: {NAMES[row["peer"]]: row["cpu"]["file to file"] for row in group if not row["failure"]}
        for name, group in _by_input(rows).items()
    }
    return bars(
        "File to file, processor seconds (logarithmic)",
        "s",
        {k: v for k, v in groups.items() if v},
        list(NAMES.values()),
    )
