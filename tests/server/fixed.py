"""A reconciler of a few fixed answers, and a server that has it: what routes do with what is asked, whatever is found.

It says what it was asked in the descriptions of what it finds.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from egov_kg import iri
from egov_kg.config import Config
from egov_kg.errors import Busy
from egov_kg.reconciliation.inquiries import Inquiry, questions_of
from egov_kg.reconciliation.model import (
    Candidate,
    Day,
    Described,
    Feature,
    PartialDate,
    PropertyInfo,
    Question,
    Reference,
    Text,
    Typed,
    TypeInfo,
    Wanted,
)
from egov_kg.reconciliation.replies import Reply, replies_of
from egov_kg.server import run
from egov_kg.server.site import Site
from tests.server.conftest import Server

LAW = ("egov:Law", "law")
SCRIPT = "<script>alert('&\"')</script>"
TURNED = "\u202eevil\u202c"


def candidate(path: str, name: str, said: str, score: float = 90.0) -> Candidate:
    """Return a law."""
    features = (Feature("name", "bits from the name", 12.3), Feature("veto", "other kind", value=True))
    return Candidate(iri.thing_iri(path), path, name, "en", said, (LAW,), score, match=score > 95, features=features)


class Fixed:
    """Answers without looking."""

    default_types = (LAW, ("egov:Agency", "agency"))
    size = 2

    async def close(self) -> None:
        """Have nothing to close."""

    async def match(self, questions: Sequence[Question], langs: Sequence[str]) -> list[list[Candidate]]:
        """Return two laws for each question, none for "nothing"."""
        if any(one.text == "slow" for one in questions):
            await asyncio.sleep(60)
        if any(one.text == "busy" for one in questions):
            raise Busy(16)
        found = []
        for one in questions:
            said = f"{one.text}|{one.lang}|{one.type}|{one.strictness}|{len(one.conditions)}|{','.join(langs)}"
            both = [candidate("law/kr/act", "Act", said, 98.0), candidate("law/kr/law-0", "Law 0", said)]
            found.append([] if one.text == "nothing" else both[: one.limit])
        return found

    async def replies(self, inquiries: Sequence[Inquiry], langs: Sequence[str], *, with_names: bool) -> list[Reply]:
        """Return the same for each query."""
        answers = await self.match(questions_of(inquiries), langs)
        return replies_of(inquiries, answers, with_names=with_names)

    async def suggest_entities(
        self, prefix: str, *, langs: Sequence[str] = (), cls: str = "", limit: int = 10, offset: int = 0
    ) -> list[Candidate]:
        """Return a law."""
        return [candidate("law/kr/act", "Act", f"{prefix}|{cls}|{limit}|{offset}|{','.join(langs)}")]

    async def suggest_types(
        self, prefix: str, *, langs: Sequence[str] = (), limit: int = 10, offset: int = 0
    ) -> list[TypeInfo]:
        """Return a class."""
        return [TypeInfo(*LAW, f"{prefix}|{limit}|{offset}|{','.join(langs)}", (("egov:Norm", "norm"),), 3)]

    async def suggest_properties(
        self, prefix: str, *, langs: Sequence[str] = (), cls: str = "", limit: int = 10, offset: int = 0
    ) -> list[PropertyInfo]:
        """Return a property."""
        said = f"{prefix}|{cls}|{limit}|{offset}|{','.join(langs)}"
        return [PropertyInfo("egov:promulgatedOn", "promulgated on", said, None, ("EDTF:Level-0",))]

    async def properties_of(self, cls: str, *, langs: Sequence[str] = (), limit: int = 0) -> list[PropertyInfo]:
        """Return a property."""
        return [PropertyInfo("egov:amends", "amends", f"{cls}|{limit}|{','.join(langs)}", LAW)]

    async def extend(
        self, things: Sequence[str], wanted: Sequence[Wanted], *, langs: Sequence[str] = ()
    ) -> tuple[list[PropertyInfo], Mapping[str, list[tuple[Typed, ...]]]]:
        """Return the same values for all things but "nothing"."""
        law = Reference(iri.thing_iri("law/kr/law-0"), "law/kr/law-0", "Law 0", "en", (LAW,))
        values: tuple[Typed, ...] = (law, Day("2013-07-30"), PartialDate("2013"), Text(",".join(langs), "en"))
        rows = {thing: [values[: one.limit or 4] for one in wanted] for thing in things if thing != "nothing"}
        return [PropertyInfo("egov:amends", "amends", "", LAW)], rows

    async def describe(self, thing: str, *, langs: Sequence[str] = ()) -> Described | None:
        """Return something with a hostile name for everything but "nothing"."""
        if thing == "nothing":
            return None
        return Described(
            thing=iri.thing_iri("law/kr/act"),
            id="law/kr/act",
            name=SCRIPT,
            lang="en",
            description=f"{thing}|{','.join(langs)}",
            types=(LAW,),
            names=((SCRIPT, "en"), ("전자정부법", "ko"), (TURNED, "")),
            definition="",
            values=(
                (PropertyInfo("egov:promulgatedOn", "promulgated on", ""), (Day("2001-03-28"),)),
                (PropertyInfo("egov:amends", "<i>amends</i>", "", LAW), (Text("<b>", "en"),) * 5),
            ),
        )


def serve(out: str, settings: str) -> None:
    """Serve a release with fixed answers; write the address to standard output."""
    opened = Site.open

    def with_fixed_answers(*arguments: Any, **options: Any) -> Site:
        site = opened(*arguments, **options)
        site.reconciling = Fixed()  # type: ignore[assignment]
        return site

    Site.open = with_fixed_answers  # type: ignore[method-assign]
    given: dict[str, Any] = json.loads(settings)
    run(Config(port=0, **given), Path(out), on_ready=_say)


def _say(url: str) -> None:
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()


def start_fixed(out: Path, release: str, **settings: object) -> Server:
    """Start a server with fixed answers and wait until it says its address."""
    code = f"from tests.server.fixed import serve; serve({str(out)!r}, {json.dumps(settings)!r})"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    return Server(out, release, process)
