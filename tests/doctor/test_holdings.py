"""What ``egov-kg doctor`` says of releases, the change log and another store: the thing, the place, and what to do."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg.config import Config
from egov_kg.doctor import Check, exposure, holdings
from egov_kg.store.changes import CHANGES, ChangeLog
from egov_kg.store.tokens import new_token
from tests.server.conftest import publish

NOBODY = 65534
LINE = '<http://example.org/a> <http://example.org/b> "c" <https://w3id.org/egov-kg/graph/background/x> .'


def held(name: str, config: Config) -> Check:
    """Return the outcome of a check."""
    return next(check for check in holdings.examine(config, deep=False) if check.name == name)


@contextlib.contextmanager
def nobody() -> Iterator[None]:
    """Be a user to whom nothing belongs, if this is root; otherwise permissions bind us anyway."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def out() -> Iterator[Path]:
    """A folder with a release that everybody may read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "site"
        path.parent.chmod(0o755)
        publish(path)
        yield path


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions and links of POSIX")


class TestReleases:
    def test_that_cannot_be_written_are_served_all_the_same(self, out: Path) -> None:
        """A server that only reads needs no more; one that takes changes does."""
        out.chmod(0o555)
        with nobody():
            reading = held("releases", Config(out=out))
            changing = held("releases", Config(out=out, mode="updates"))
        out.chmod(0o755)

        assert (reading.status, changing.status) == ("warn", "fail")
        assert f"{out} cannot be written: Permission denied" in reading.found
        assert reading.remedy.startswith("chown -R ")

    def test_that_cannot_be_read_are_not_built_again(self, out: Path) -> None:
        """Not the release is at fault but who may read it."""
        manifest = (out / "current").resolve() / "manifest.json"
        manifest.chmod(0)
        with nobody():
            check = held("release", Config(out=out))
        manifest.chmod(0o644)

        assert check.status == "fail"
        assert str(manifest) in check.found
        assert check.remedy.startswith("let the user that serves read it: chown -R ")

    def test_whose_current_one_is_gone_can_be_had_back(self, out: Path) -> None:
        """By another build, or by the release before."""
        (out / "current").unlink()
        (out / "current").symlink_to("releases/nowhere")
        check = held("release", Config(out=out))

        assert check.status == "fail"
        assert "it points to 'nowhere', which is not there" in check.found
        assert check.remedy.endswith("or egov-kg rollback")

    def test_beside_a_folder_called_current_cannot_be_published(self, out: Path) -> None:
        """Programs for copying follow the link."""
        release = (out / "current").resolve()
        (out / "current").unlink()
        shutil.copytree(release, out / "current")
        check = held("releases", Config(out=out))

        assert check.status == "warn"
        assert check.remedy.startswith(f"rm -r {out / 'current'}")


class TestChanges:
    def test_are_read_one_by_one(self, out: Path) -> None:
        """One that is damaged is named; it is nowhere else."""
        log = ChangeLog(out / CHANGES)
        log.append(token="t-1", media_type="text/plain", request=b"x", base="0" * 64, removed=[], added=[LINE])
        whole = held("changes", Config(out=out))
        record = next((out / CHANGES).glob("*.nqp"))
        record.write_bytes(record.read_bytes().replace(b'"c"', b'"d"'))
        damaged = held("changes", Config(out=out))

        assert (whole.status, whole.found) == ("ok", f"1 in {out / CHANGES}, each read")
        assert damaged.status == "fail"
        assert "restore" in damaged.remedy

    def test_must_be_writable_for_who_takes_them(self, out: Path) -> None:
        """The folder of somebody else is found before the first change comes."""
        (out / CHANGES).mkdir()
        with nobody():
            check = held("changes", Config(out=out, mode="updates"))

        assert check.status == ("fail" if os.geteuid() == 0 else "ok")


class TestEngine:
    def test_must_take_connections(self, out: Path) -> None:
        """Otherwise every query is answered 503."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            there = held("engine", Config(out=out, engine_url=f"http://127.0.0.1:{port}/query"))
        gone = held("engine", Config(out=out, engine_url=f"http://127.0.0.1:{port}/query"))

        assert there.status == "ok"
        assert gone.status == "fail"
        assert f"127.0.0.1:{port}" in gone.found

    def test_needs_its_secret(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where it stands is said."""
        monkeypatch.delenv("EGOVKG_ENGINE_SECRET", raising=False)
        config = Config(out=out, engine_url="http://127.0.0.1:1/q", engine_auth="basic", engine_user="dba")

        assert "EGOVKG_ENGINE_SECRET" in held("engine", config).found


class TestAddress:
    @pytest.mark.parametrize(
        ("settings", "words"),
        [
            ({"public_url": "http://kg.example.org/", "trusted_proxies": "127.0.0.1"}, "without encryption"),
            ({"trusted_proxies": "127.0.0.1"}, "links lead to this machine"),
            ({"public_url": "http://127.0.0.1:8000/", "trusted_proxies": "127.0.0.1"}, "links lead to this machine"),
        ],
    )
    def test_of_who_stands_behind_a_proxy_is_that_which_people_see(self, settings: dict[str, str], words: str) -> None:
        """Otherwise links, the description of the service and redirections lead nowhere."""
        check = next(found for found in exposure.examine(Config(port=0, **settings)) if found.name == "address")  # type: ignore[arg-type]

        assert check.status == "warn"
        assert words in check.found

    @pytest.mark.parametrize(("host", "remedy"), [("192.0.2.200", "set host to an address of this machine")])
    def test_must_be_one_of_this_machine(self, host: str, remedy: str) -> None:
        """Another port would not help."""
        check = next(found for found in exposure.examine(Config(host=host, port=0)) if found.name == "port")

        assert check.remedy.startswith(remedy)

    def test_of_tokens_must_be_readable(self, out: Path) -> None:
        """For who serves; a new file would lose those that there are."""
        path = out / "tokens.json"
        new_token(path, ["read"], days=100)
        path.chmod(0)
        with nobody():
            check = next(c for c in exposure.examine(Config(port=0, token_file=str(path))) if c.name == "tokens")

        assert check.status == "fail"
        assert check.remedy.startswith("let the user that serves read it: chown ")
