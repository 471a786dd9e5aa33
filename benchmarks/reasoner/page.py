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
        "| input, triples | reasoner | load | infer | write | file to file | by the clock | MB to infer | MB in all |"
        " derived | lacks | has more |"
        "\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    )
    groups = _by_input(rows)
    lines = [line for group in groups.values() for line in _lines(group)]
    loads = ", ".join(f"{name} {max(row['load'] for row in group):g}" for name, group in groups.items())
    return "\n".join(
        [
            f"{said}. Processor seconds, medians; the column behind them has file to file by the clock.\n",
            head,
            *lines,
            f"\nLoad of the machine when the measuring began: {loads}.\n",
            *_ratios(groups),
            *_growth(groups),
        ]
    )


def _lines(group: list[Row]) -> list[str]:
    lines = []
    for place, row in enumerate(group):
        first = f"{row['input']}, {row['triples']:,}" if place == 0 else ""
        name = NAMES[row["peer"]] + (" (one run)" if row["runs"] == 1 else "")
        if row["failure"]:
            lines.append(f"| {first} | {name} | {row['failure']} " + "| " * 10 + "|")
            continue
        cpu = _steps(row["cpu"])
        whole = "write" in cpu
        cells = [_seconds(cpu[step]) if step in cpu else "not written" for step in STEPS]
        cells += [_seconds(cpu["file to file"]), _seconds(row["wall"]["file to file"])] if whole else ["", ""]
        cells += [f"{row['held'] / 1e6:,.0f}", f"{row['peak'] / 1e6:,.0f}" if whole else "", f"{row['derived']:,}"]
        cells += ["" if row[key] is None else f"{row[key]:,}" for key in ("missing", "extra")]
        lines.append(f"| {first} | {name} | {' | '.join(cells)} |")
    return lines


def _steps(seconds: dict[str, float]) -> dict[str, float]:
    """Return seconds of the steps that all have: others compile while they infer, and want one file."""
    found = dict(seconds)
    found["infer"] += found.pop("compile", 0.0)
    found["load"] += found.pop("join", 0.0)
    return found


def _ratios(groups: dict[str, list[Row]]) -> list[str]:
    """Return a table of how many times our time each of the others takes; below one it is faster."""
    lines = []
    for name, group in groups.items():
        done = {row["peer"]: row for row in group if not row["failure"]}
        if ours := done.pop("own", None):
            lines += [f"| {name} | {NAMES[peer]} | {' | '.join(_times(ours, row))} |" for peer, row in done.items()]
    head = "| input | reasoner | load and infer | infer | file to file | file to file by the clock |"
    return [
        "Times of ours that others take; below 1 they are faster:\n",
        head,
        "|---|---|---:|---:|---:|---:|",
        *lines,
        "",
    ]


def _times(ours: Row, other: Row) -> list[str]:
    mine, theirs = _steps(ours["cpu"]), _steps(other["cpu"])
    pairs = [(theirs["load"] + theirs["infer"], mine["load"] + mine["infer"]), (theirs["infer"], mine["infer"])]
    if "write" in theirs:
        pairs.append((theirs["file to file"], mine["file to file"]))
        pairs.append((other["wall"]["file to file"], ours["wall"]["file to file"]))
    cells = [_seconds(one / two) for one, two in pairs]
    return [*cells, "", ""][:4]


def _growth(groups: dict[str, list[Row]]) -> list[str]:
    """Return a table of our time for each derived triple of universities."""
    lines = []
    for name, group in groups.items():
        for row in group:
            if name.startswith("lubm") and row["peer"] == "own" and not row["failure"]:
                cpu, many = _steps(row["cpu"]), row["derived"] / 1e6
                cells = [_seconds(seconds / many) for seconds in (cpu["infer"], cpu["file to file"])]
                lines.append(f"| {name} | {row['derived']:,} | {' | '.join(cells)} | {row['peak'] / 1e6:,.0f} |")
    head = "| input | derived | infer | file to file | peak MB |"
    return ["Growth: our processor seconds for a million derived triples.\n", head, "|---|---:|---:|---:|---:|", *lines]


def _seconds(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _picture(rows: list[Row]) -> str:
    groups = {
        name: {NAMES[row["peer"]]: row["cpu"]["file to file"] for row in group if "write" in row["cpu"]}
        for name, group in _by_input(rows).items()
    }
    return bars(
        "File to file, processor seconds (logarithmic)",
        "s",
        {k: v for k, v in groups.items() if v},
        list(NAMES.values()),
    )
