"""Tokens on the command line: made once, listed without their secret, revoked."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from egov_kg.store.tokens import TokenFile
from tests import commands


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `egov-kg token` in a folder."""
    return commands.text("token", *words, cwd=folder)


class TestToken:
    def test_is_printed_once_listed_and_revoked(self, tmp_path: Path) -> None:
        """The secret is all that stands on stdout, and no later command can tell it."""
        made = run(tmp_path, "new", "--token-file", "tokens.json", "--scope", "update", "--note", "the library")
        secret = made.stdout.strip()
        assert made.returncode == 0, made.stderr
        found = TokenFile(tmp_path / "tokens.json").find(secret)
        assert found is not None

        listed = run(tmp_path, "list", "--token-file", "tokens.json", "--json")

        assert [(one["id"], one["scopes"], one["note"]) for one in json.loads(listed.stdout)] == [
            (found.id, ["update"], "the library")
        ]
        assert secret not in listed.stdout
        assert found.sha256 not in listed.stdout
        assert run(tmp_path, "revoke", found.id, "--token-file", "tokens.json").returncode == 0
        assert TokenFile(tmp_path / "tokens.json").find(secret) is None

    def test_file_may_stand_in_the_configuration(self, tmp_path: Path) -> None:
        """What is served and what is administered are one file then."""
        (tmp_path / "egov-kg.toml").write_text('token_file = "tokens.json"\n')

        assert run(tmp_path, "new").returncode == 0
        assert "read,update" in run(tmp_path, "list").stdout

    def test_needs_a_file(self, tmp_path: Path) -> None:
        """Nothing is written where nobody looks for it."""
        made = run(tmp_path, "new")

        assert made.returncode == 2
        assert "--token-file" in made.stderr
