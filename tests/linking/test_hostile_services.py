"""Endpoints and reconciliation services that are broken, or made to harm: nothing of what they say is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg import api, asked_targets, targets
from egov_kg.errors import UnreadableTarget, UsageError
from egov_kg.linking.specification_files import read_specification
from egov_kg.store import Release
from tests.linking.conftest import LAWS
from tests.linking.hostility import TOLD, Bench, bench_in, tables_of, without_dialect
from tests.sparql.remotes import Remote, closed_port, hostile, running

ROWS = tables_of("Services")


@pytest.fixture(scope="module")
def release(built: Path) -> Release:
    """The release of the shipped data."""
    return api.open_release(built)


@pytest.fixture
def bench(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench."""
    return bench_in(tmp_path, release, monkeypatch)


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    """A server that is as bad as its path says."""
    with running() as remote:
        yield remote


def asking(address: str) -> str:
    """Return a specification of an endpoint."""
    return without_dialect(LAWS, "sparql").replace(
        'source = "register.csv"', f'source = "{address}"\nquery = "SELECT * {{ ?id ?p ?title }}"'
    )


def address_of(name: str, remote: Remote) -> str:
    """Return the address of a kind of badness."""
    match name:
        case "nobody listens":
            return f"http://127.0.0.1:{closed_port()}/"
        case "a table of others":
            return remote.says("others", b"a,b\n1,2\n", Content_Type="text/csv")
        case "half a table":
            return remote.says("half", b'id,title,kind,number,day\n1,"a', Content_Type="text/csv")
        case "a table of 8 MB":
            return remote.says("large", b"id\n" + b"a" * (8 << 20), Content_Type="text/csv")
        case _:
            paths = {
                "redirects": "redirecting",
                "a web page": "html",
                "fails": "broken",
                "says nothing": "empty",
                "never answers": "slow",
                "never ends": "endless",
                "10 GB": "huge",
                "compressed a thousandfold": "bomb",
                "packed, it says": "not-packed",
            }
            return hostile(remote)[paths[name]]


def _asked_and_linked(bench: Bench, address: str) -> None:
    kept = targets.fetch_endpoint(read_specification(bench.folder / "register.toml"), address, private=True)
    bench.link(kept, asking(address))


class TestEndpoints:
    @pytest.mark.parametrize("name", sorted(ROWS))
    def test_end_as_the_page_says(
        self, bench: Bench, remote: Remote, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        """The clock and the size are smaller here than in earnest; nothing is kept, and no word of theirs is told."""
        monkeypatch.setattr(asked_targets, "_SECONDS", 2.0)
        monkeypatch.setattr(asked_targets, "_LARGEST", 4 << 20)
        monkeypatch.setattr(asked_targets, "_MEDIA", ("text/csv", "application/sparql-results+json"))
        address = address_of(name, remote)
        (bench.folder / "register.toml").write_text(asking(address), encoding="utf-8")
        before = bench.state()

        with pytest.raises(TOLD) as caught:
            _asked_and_linked(bench, address)

        assert ROWS[name][1] in str(caught.value)
        assert "secret words" not in str(caught.value)
        assert bench.state() == before

    @pytest.mark.parametrize(
        "address",
        [
            "http://127.0.0.1/",
            "http://localhost/",
            "http://[::1]/",
            "http://10.0.0.1/",
            "http://169.254.169.254/",
            "http://0.0.0.0/",
        ],
    )
    def test_inside_are_not_asked(self, bench: Bench, address: str) -> None:
        """A specification of somebody else's cannot make us call what stands behind our own wall."""
        (bench.folder / "register.toml").write_text(asking(address), encoding="utf-8")

        with pytest.raises(UnreadableTarget, match=r"private network|no server has"):
            targets.fetch_endpoint(read_specification(bench.folder / "register.toml"), address)

    @pytest.mark.parametrize(
        "address", ["file:///etc/passwd", "ftp://a.example/", "http://a.example/ b", "gopher://a.example/"]
    )
    def test_of_other_schemes_are_none(self, bench: Bench, address: str) -> None:
        """What is asked stands on the web."""
        bench.check(("refused", "expected the address that is asked"), bench.folder, asking(address))

    def test_that_the_specification_does_not_name_are_not_asked(self, bench: Bench) -> None:
        """The address on the command line has to be that one."""
        (bench.folder / "register.toml").write_text(asking("https://a.example/"), encoding="utf-8")

        with pytest.raises(UsageError, match=r"https://b\.example/ is not asked"):
            targets.link(bench.release, "https://b.example/", bench.folder / "register.toml")
