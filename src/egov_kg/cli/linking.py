"""The verbs about data sets outside: link, link review."""
# ruff: noqa: PLC0415 - heavy imports stand inside the commands, so that --help answers at once

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from egov_kg import console
from egov_kg.cli.options import From, Json, Lang, LinkEngine, configured, opened
from egov_kg.errors import UsageError

if TYPE_CHECKING:
    from egov_kg import link_review
    from egov_kg.link_review import Desk
    from egov_kg.linking import MappingRow, MappingSet


class Band(StrEnum):
    """What a run made of a row."""

    accept = "accept"
    review = "review"
    veto = "veto"


class Order(StrEnum):
    """In which order rows are shown."""

    evidence = "evidence"
    subject = "subject"


def link(
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="A file, a folder, an address, or a name that --list shows.")
    ] = "",
    *,
    spec: Annotated[
        str, typer.Option("--spec", metavar="FILE.toml", help="The link specification, or the name of one.")
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="List the targets that are known by name.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The mapping file; - is stdout. [default: beside FILE.toml]"
        ),
    ] = None,
    engine: Annotated[LinkEngine, typer.Option("--engine", help="What finds and weighs the pairs.")] = LinkEngine.own,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, max=64, metavar="N", help="Processes of the own engine. [default: one a CPU]"),
    ] = None,
    master: Annotated[str, typer.Option("--master", metavar="URL", help="Where Spark runs.")] = "local[*]",
    place: From = None,
    json: Json = False,
) -> None:
    """Compare the graph with a data set outside, and write candidate links for a person to review."""
    from egov_kg import targets
    from egov_kg.linking import sssom_text

    if listed:
        _list(json=json)
        return
    if not target:
        raise UsageError("there is no TARGET: a file with --spec, or one of the names that 'egov-kg link --list' shows")
    by_path = Path(spec).is_file() or spec.endswith(".toml")
    if not spec and Path(target).exists():
        raise UsageError(f"{target} needs its link specification: --spec FILE.toml, or --spec NAME")
    named = None if by_path else targets.named_target(spec or target, target if spec else "")
    release = opened(place)
    piped = output is not None and str(output) == "-"
    if named is not None and output is None:
        output = Path(named.specification.with_suffix(".sssom.tsv").name)  # what ships is not written to
    with console.progress() as progress:
        found = targets.link(
            release,
            named.target if named else target,
            named.specification if named else Path(spec),
            decided=output if output is not None and not piped and output.exists() else None,
            rows=named.rows if named else None,
            engine=targets.engine_of(engine.value, workers=workers, master=master),
            tick=lambda done, total: progress.ticks("rows", done, total),
        )
    rows = [asdict(one) for one in found.summary]
    if piped:
        with console.output(output) as sink:
            sink.write(sssom_text(found.mappings, release.base).encode())
    else:
        written = output or found.specification.mapping_path
        kept = targets.write_mappings(found, written, release.base)
        decided = sum(one.is_decided for one in kept.mappings)
        console.say(f"{written}: {len(kept.mappings)} mappings, {decided} of them decided by people")
        if json:
            console.print_json({"file": str(written), "decided": decided, "blocks": rows})
        else:
            console.print_text(console.columns([list(one.values()) for one in rows], head=list(rows[0])))


def _list(*, json: bool) -> None:
    from egov_kg.linking.offered import offers

    found, failed = offers()
    rows = [
        {"name": one.name, "from": one.package, "rows": one.files, "licence": one.specification.dataset.licence}
        for one in found
    ]
    for problem in failed.values():
        console.say(problem, always=True)
    if json:
        console.print_json({"targets": rows, "unusable": failed})
    else:
        shown = [list(one.values()) for one in rows]
        console.print_text(console.columns(shown, head=["name", "from", "rows", "licence"]))


def review(
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="The data set: its id, its FILE.toml or its FILE.sssom.tsv.")
    ],
    *,
    reviewer: Annotated[
        str | None,
        typer.Option(
            "--reviewer", metavar="ID", help="Who decides: orcid:..., github:name, an IRI. [default: setting]"
        ),
    ] = None,
    bands: Annotated[
        list[Band] | None, typer.Option("--only", help="Only these rows; repeatable. [default: all that wait]")
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="THING", help="Only rows of this thing of ours.")
    ] = None,
    order: Annotated[Order, typer.Option("--order", help="The best evidence first, or thing by thing.")] = (
        Order.evidence
    ),
    decided: Annotated[bool, typer.Option("--decided", help="Rows that were decided, to correct them.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Print the rows as a table, and ask nothing.")] = False,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE.html", help="Write all rows as one page to read or print.")
    ] = None,
    lang: Annotated[Lang, typer.Option("--lang", help="The language of the page.")] = Lang.en,
    to_table: Annotated[
        Path | None, typer.Option("--to-table", metavar="FILE.tsv", help="Write the rows for a program for tables.")
    ] = None,
    from_table: Annotated[
        Path | None, typer.Option("--from-table", metavar="FILE", help="Read the decisions of such a table.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--target", metavar="PATH", help="The data set, if it stands elsewhere.")
    ] = None,
    place: From = None,
    json: Json = False,
) -> None:
    """Decide candidate links one by one: both sides, the reasons for the score, what contradicts.

    Every decision is written at once, with who and when, and wins over all later runs.
    """
    from egov_kg import link_review, naming
    from egov_kg.linking.verdicts import open_rows

    release = opened(place)
    folders = link_review.usual_folders(configured().mappings)
    desk = link_review.find_desk(target, target=data, base=release.base, folders=folders)
    if from_table is not None:
        _take(desk, from_table, reviewer)
        return
    mappings = desk.read()
    chosen = open_rows(
        mappings,
        bands=[band.value for band in bands] if bands else ("review", "veto", "accept"),
        subject=naming.read_thing(release, subject).value if subject else "",
        decided=decided,
        order=order.value,
    )
    cards = link_review.Cards(release, desk)
    if to_table is not None:
        with console.output(to_table) as sink:
            sink.write(link_review.table_to_decide(mappings, chosen, release.base).encode())
        console.say(f"{len(chosen)} rows; write yes, no or close into 'decision', then: --from-table {to_table}")
    elif page is not None:
        with console.output(page) as sink:
            sink.write(link_review.page(cards, desk, release, lang=lang.value, site=configured().public_url).encode())
        console.say(f"{page}: {len(mappings.mappings)} rows")
    elif json or listed:
        found = [link_review.card_data(card, release.base) for card in cards.cards(chosen, mappings)]
        if json:
            console.print_json(found)
        else:
            head = ["ours", "predicate", "theirs", "their name", "p", "state", "why"]
            console.print_text(console.columns(link_review.table_rows(found), head=head))
            console.say(_counted(mappings))
    else:
        _walk(link_review.Talk(desk, cards, _reviewer(reviewer), _answers(), _shown), chosen, mappings)


def _reviewer(named: str | None) -> str:
    from egov_kg.linking.verdicts import checked_reviewer

    return checked_reviewer(named or configured().reviewer)


def _take(desk: Desk, table: Path, named: str | None) -> None:
    """Write the decisions of a table that somebody edited."""
    from egov_kg import link_review
    from egov_kg.link_review.desk import today
    from egov_kg.linking.verdicts import doubts_of

    before = desk.read()
    brought = link_review.decisions_of_table(
        table, before, reviewer=named or configured().reviewer, day=today(), base=desk.base
    )
    if brought.decided:
        desk.decide_all(brought.decided)
        for one, said in doubts_of(before, desk.read(), brought.decided):
            console.say(f"written, though: {one.subject_label or one.subject} and {one.object_label}: {said}")
    for one in brought.kept:
        console.say(f"kept: {one.subject_label} and {one.object_label}, decided by {one.reviewer} on {one.date}")
    console.say(f"{desk.path}: {len(brought.decided)} decisions from {table}")


def _walk(talk: link_review.Talk, rows: Sequence[MappingRow], mappings: MappingSet) -> None:
    """Walk through the rows, and say what was decided, also when the walk is cut short."""
    console.say(f"{talk.desk.path}: {_counted(mappings)}")
    if not rows:
        console.say("nothing of that kind is open")
        return
    try:
        talk.walk(rows)
    finally:
        made = ", ".join(f"{number} {word}" for word, number in sorted(talk.counts.items()) if number)
        console.say(f"{made or 'nothing'} decided, written to {talk.desk.path}")


def _counted(mappings: MappingSet) -> str:
    found = [one for one in mappings.mappings if not one.is_decided]
    waiting = {band: sum((one.band or "review") == band for one in found) for band in ("review", "veto", "accept")}
    words = ", ".join(f"{number} {band}" for band, number in waiting.items())
    return f"{words}, {len(mappings.mappings) - len(found)} decided"


def _shown(lines: Sequence[str]) -> None:
    """Print lines of the walk; on a terminal, headings in bold."""
    if console.is_bright():
        lines = [f"\x1b[1m{line}\x1b[0m" if line[:1].strip() and line.isupper() else line for line in lines]
    console.print_text("\n".join(lines) + "\n" if lines else "")


def _answers() -> Iterator[str]:
    """Yield the lines that are typed, or those of a file of answers, which are shown as if they were."""
    if sys.stdin is None:
        return
    if sys.stdin.isatty():
        import contextlib

        with contextlib.suppress(ImportError):
            import readline  # noqa: F401 - lets arrows and corrections work while typing
        with contextlib.suppress(EOFError):
            while True:
                yield input("> ")
        console.print_text("\n")
        return
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        console.print_text(f"> {text}\n")
        yield text
