"""Promises of the locks: exact versions with hashes, no addresses, all that is asked for and nothing else."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Final, cast

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT: Final = Path(__file__).parents[2]
LOCKS: Final = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN: Final = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[\w.]+)(?: ; (?P<marker>[^\\]+?))? \\$", re.MULTILINE)


def pins(lock: str) -> dict[str, set[Version]]:
    """Return the locked versions of each package: two where Python's version decides."""
    found: dict[str, set[Version]] = {}
    for pin in PIN.finditer((ROOT / lock).read_text(encoding="utf-8")):
        found.setdefault(pin["name"], set()).add(Version(pin["version"]))
    return found


def asked(lock: str) -> list[Requirement]:
    """Return what pyproject.toml asks for in a lock."""
    if lock == "requirements-build.lock":
        return [Requirement(text) for text in PROJECT["build-system"]["requires"]]
    extras = {"dev"} if lock == "requirements-dev.lock" else {"linking", "office", "pdf"}  # a clone reads every format
    found = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
    while extras:
        for text in PROJECT["project"]["optional-dependencies"][extras.pop()]:
            requirement = Requirement(text)
            if requirement.name == PROJECT["project"]["name"]:
                extras |= requirement.extras
            else:
                found.append(requirement)
    return found


def needs(name: str, extras: Iterable[str]) -> list[Requirement]:
    """Return what an installed package asks for with some of its extras, on any machine."""
    try:
        texts = metadata.requires(name) or []
    except metadata.PackageNotFoundError:  # a package for other systems
        return []
    found = []
    for requirement in map(Requirement, texts):
        extra = re.search(r"extra == ['\"]([^'\"]+)", str(requirement.marker))
        if extra is None or extra[1] in extras:
            found.append(requirement)
    return found


@pytest.mark.parametrize("lock", LOCKS)
class TestLock:
    def test_holds_no_address(self, lock: str) -> None:
        """A lock works behind any mirror: it names packages, versions and hashes, and no place to fetch them from."""
        assert "://" not in (ROOT / lock).read_text(encoding="utf-8")

    def test_pins_every_package_with_hashes(self, lock: str) -> None:
        """Each entry is one exact version, its condition if any, then SHA-256 hashes; comments say who asked."""
        text = re.sub(r"^ +#.*\n", "", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
        entry = r"[a-z0-9-]+==[\w.]+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"

        assert re.fullmatch(f"(?:{entry})+", text), re.sub(entry, "", text)[:500]

    def test_satisfies_what_is_asked_for(self, lock: str) -> None:
        """The bounds of pyproject.toml and those of every package in turn admit the locked versions."""
        locked, here = pins(lock), cast("dict[str, str]", default_environment())
        open_, seen, missing = [(item, "pyproject.toml") for item in asked(lock)], set(), []
        while open_:
            requirement, by = open_.pop()
            name = canonicalize_name(requirement.name)
            if not any(requirement.specifier.contains(version) for version in locked.get(name, ())):
                missing.append(f"{by} asks for {requirement}, {lock} has {sorted(map(str, locked.get(name, ())))}")
            if (name, *sorted(requirement.extras)) not in seen:
                seen.add((name, *sorted(requirement.extras)))
                open_ += [
                    (item, name)
                    for item in needs(name, requirement.extras)
                    if not item.marker
                    or any(item.marker.evaluate({**here, "extra": e}) for e in ("", *requirement.extras))
                ]

        assert sorted(missing) == [], "Type: scripts/lock"

    def test_holds_nothing_that_is_not_asked_for(self, lock: str) -> None:
        """A package that nobody needs any more leaves the lock."""
        open_, seen = asked(lock), set()
        while open_:
            requirement = open_.pop()
            key = (canonicalize_name(requirement.name), *sorted(requirement.extras))
            if key not in seen:
                seen.add(key)
                open_ += needs(key[0], requirement.extras)

        assert sorted(set(pins(lock)) - {name for name, *_ in seen}) == [], "Type: scripts/lock"


class TestLocksTogether:
    def test_no_package_has_two_versions_in_one_environment(self) -> None:
        """The locks for running and for building take their versions from the lock for developing."""
        dev = pins("requirements-dev.lock")
        differing = {
            (lock, name)
            for lock in LOCKS
            for name, versions in pins(lock).items()
            if name in dev and not versions <= dev[name]
        }

        assert differing == set()

    @pytest.mark.skipif(
        not (ROOT / ".venv" / ".stamp").exists() or Path(sys.prefix) != ROOT / ".venv",
        reason="only run.py promises an environment made from the locks",
    )
    def test_the_environment_is_the_locked_one(self) -> None:
        """What run.py installed has the versions of the lock, whatever was in .venv before."""
        locked = pins("requirements-dev.lock")
        differing = {
            distribution.name: distribution.version
            for distribution in metadata.distributions()
            if Version(distribution.version)
            not in locked.get(canonicalize_name(distribution.name), {Version(distribution.version)})
        }

        assert differing == {}
