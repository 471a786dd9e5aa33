"""The way back to an earlier release, and the end of those that nobody needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import store
from egov_kg.errors import NotFound, ReleaseDamaged
from egov_kg.iri import BASE
from egov_kg.store import history

G = ox.NamedNode("https://example.org/g")


def publish(out: Path, number: int, *, keep: int | None = None) -> str:
    """Publish a release that holds one quad."""
    p = ox.NamedNode("https://example.org/p")
    quads = [ox.Quad(ox.NamedNode(f"https://example.org/s{number}"), p, ox.Literal(str(number)), G)]
    with store.Staging(out) as staging:
        (staging.path / "egov.nq").write_text("".join(f"{quad} .\n" for quad in quads))
        store.write_store(quads, staging.path / "store")
        return store.publish(staging, store.Manifest("A graph", BASE, "2026.11.0", "2026-11-22"), keep=keep).id


class TestEarlier:
    def test_leads_back_without_what_was_gone_back_from(self, tmp_path: Path) -> None:
        """A catalogue names them as the versions before."""
        first, second, third = (publish(tmp_path, n) for n in (1, 2, 3))
        store.use_release(tmp_path, second)
        fourth = publish(tmp_path, 4)

        assert history.earlier(tmp_path, fourth) == [second, first]
        assert history.earlier(tmp_path, second) == [first]
        assert third not in history.earlier(tmp_path, fourth)

    def test_leaves_out_what_is_no_longer_there(self, tmp_path: Path) -> None:
        """Nobody can be sent to it."""
        first, second, third = (publish(tmp_path, n, keep=1) for n in (1, 2, 3))

        assert history.earlier(tmp_path, third) == [second]
        assert first not in store.list_releases(tmp_path)


class TestRollback:
    def test_leads_to_the_release_before(self, tmp_path: Path) -> None:
        """Going back twice goes back two steps, and never to what was left that way."""
        first, second, third = (publish(tmp_path, n) for n in (1, 2, 3))

        assert history.release_before(tmp_path) == second
        store.use_release(tmp_path, second)
        assert history.release_before(tmp_path) == first
        store.use_release(tmp_path, third)
        assert history.release_before(tmp_path) == second
        store.use_release(tmp_path, second)
        fourth = publish(tmp_path, 4)
        assert store.current_id(tmp_path) == fourth
        assert history.release_before(tmp_path) == second

    def test_passes_over_what_is_gone(self, tmp_path: Path) -> None:
        """A release that was removed is no way back."""
        first, _, third = (publish(tmp_path, n) for n in (1, 2, 3))
        history.prune(tmp_path, keep=0)
        store.use_release(tmp_path, third)

        with pytest.raises(NotFound, match="no release before"):
            history.release_before(tmp_path)
        assert first not in store.list_releases(tmp_path)

    def test_bears_a_line_that_was_cut(self, tmp_path: Path) -> None:
        """A crash in the middle of a line of the history costs that line alone."""
        first, second = publish(tmp_path, 1), publish(tmp_path, 2)
        place = tmp_path / "releases" / ".history"
        place.write_text(place.read_text() + '{"time": "2026')

        assert history.release_before(tmp_path) == first
        assert [name for _, name in history.visits(tmp_path)] == [first, second]

    def test_needs_no_history(self, tmp_path: Path) -> None:
        """Of releases that were made before there was a history the youngest other one is meant."""
        first, _ = publish(tmp_path, 1), publish(tmp_path, 2)
        (tmp_path / "releases" / ".history").unlink()

        assert history.release_before(tmp_path) == first


class TestPruning:
    def test_keeps_the_current_one_and_the_last_ones(self, tmp_path: Path) -> None:
        """Disks end: with each release the oldest goes, and the one that is current never does."""
        made = [publish(tmp_path, number, keep=2) for number in range(5)]

        assert store.list_releases(tmp_path) == tuple(sorted(made[2:]))

    def test_counts_from_when_a_release_was_current(self, tmp_path: Path) -> None:
        """Who went back to an old release keeps it."""
        made = [publish(tmp_path, number) for number in range(3)]
        store.use_release(tmp_path, made[0])

        removed = history.prune(tmp_path, keep=1)

        assert removed == [made[1]]
        assert store.current_id(tmp_path) == made[0]

    @pytest.mark.skipif(sys.platform == "win32", reason="folders in use stay by themselves there")
    def test_leaves_what_a_process_holds(self, tmp_path: Path) -> None:
        """A release from which somebody is answered stays until that ends, also if it ends by kill -9."""
        made = [publish(tmp_path, number) for number in range(3)]
        code = "import sys; from pathlib import Path; from egov_kg.store.history import hold\n"
        code += "with hold(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
        held = tmp_path / "releases" / made[0]
        holder = subprocess.Popen([sys.executable, "-c", code, held], stdin=-1, stdout=-1, text=True)
        with holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"

            assert history.prune(tmp_path, keep=0) == [made[1]]
            holder.kill()

        assert history.prune(tmp_path, keep=0) == [made[0]]
        assert not held.exists()

    def test_leaves_nothing_half(self, tmp_path: Path) -> None:
        """What is removed first loses its name."""
        made = [publish(tmp_path, number) for number in range(2)]

        history.prune(tmp_path, keep=0)

        assert sorted(p.name for p in (tmp_path / "releases").iterdir()) == [".history", ".lock", made[1]]


class TestCheckBeforePublishing:
    def test_a_store_that_holds_less_is_not_published(self, tmp_path: Path) -> None:
        """What was loaded is read to the end and counted before anybody can see it."""
        before = publish(tmp_path, 1)
        p = ox.NamedNode("https://example.org/p")
        quads = [ox.Quad(ox.NamedNode(f"https://example.org/s{n}"), p, ox.Literal("x"), G) for n in range(2)]

        with store.Staging(tmp_path) as staging:
            (staging.path / "egov.nq").write_text("".join(f"{quad} .\n" for quad in quads))
            store.write_store(quads[:1], staging.path / "store")
            with pytest.raises(ReleaseDamaged, match="holds 1 quads and should hold 2"):
                store.publish(staging, store.Manifest("A graph", BASE, "2026.11.0", "2026-11-22"))

        assert store.list_releases(tmp_path) == (before,)
        assert store.current_id(tmp_path) == before
