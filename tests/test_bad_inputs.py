"""Promise of docs/reference/errors.md: every bad input of its tables gives the answer that stands beside it."""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
import pytest

from egov_kg import assets
from tests import commands

if TYPE_CHECKING:
    from tests.conftest import Served

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "errors.md"
FEWEST: Final = 30


def rows(section: str) -> list[list[str]]:
    """Return the cells of the table of a section, without head and without backticks."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[1:]]
    return [[cell.removeprefix("`").removesuffix("`") for cell in row] for row in cells]


FILES: Final = rows("Files")
COMMANDS: Final = rows("The command line")
QUERIES: Final = rows("Queries")
REQUESTS: Final = rows("Requests")
FORMATS: Final = rows("Formats")
PATHS: Final = rows("Paths")


def names(table: list[list[str]], *columns: int) -> list[str]:
    """Return what the tests of a table are called: ASCII, and short."""
    return [" ".join(row[n] for n in columns).encode("ascii", "replace").decode()[:60] for row in table]


def refusal(command: str, folder: Path) -> tuple[int, str]:
    """Return the exit code of a command, and what it says; it must print nothing."""
    words = shlex.split(command)
    assert words[0] == "egov-kg"
    done = commands.text(*words[1:], cwd=folder)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.returncode, " ".join(done.stderr.split())


def test_there_are_rows_of_each_kind() -> None:
    """Documents and data files, arguments, queries, parameters, Accept headers, paths."""
    tables = [FILES, COMMANDS, QUERIES, REQUESTS, FORMATS, PATHS]

    assert all(len(table) >= 6 for table in tables)
    assert sum(map(len, tables)) >= FEWEST
    assert all(row[-1] for table in tables for row in table)


@pytest.mark.parametrize("row", FILES, ids=names(FILES, 2))
def test_a_file(tmp_path: Path, row: list[str]) -> None:
    """The exit code and the words; the file is named, and nothing is published."""
    name, content, command, code, said, _ = row
    if name.startswith("tables/"):
        shutil.copytree(assets.data() / "background", tmp_path / "tables")
    if content:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(ast.literal_eval(content))

    exit_code, message = refusal(command, tmp_path)

    assert exit_code == int(code), message
    assert said in message
    assert not (tmp_path / "out" / "current").exists()


@pytest.mark.parametrize("row", COMMANDS, ids=names(COMMANDS, 0))
def test_a_command(tmp_path: Path, built: Path, row: list[str]) -> None:
    """The exit code and the words."""
    command, code, said, _ = row
    (tmp_path / "build").symlink_to(built)

    exit_code, message = refusal(command, tmp_path)

    assert exit_code == int(code), message
    assert said in message


def answer(served: Served, line: str, headers: str = "") -> tuple[str, str]:
    """Return status and type of the problem that a request gets, sent as it stands: client libraries mend some."""
    host, _, port = served.url.removeprefix("http://").partition(":")
    request = f"{line} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n{headers}\r\n"
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(request.encode())
        received = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"nosniff" in head
    return head.split()[1].decode(), json.loads(body)["type"].rpartition("/")[2]


@pytest.mark.parametrize("row", QUERIES, ids=names(QUERIES, 0))
def test_a_query(served: Served, row: list[str]) -> None:
    """The status and the type of the problem."""
    query, status, kind, _ = row
    response = httpx.post(f"{served.url}/sparql", data={"query": query}, timeout=30, trust_env=False)

    assert (str(response.status_code), response.json()["type"].rpartition("/")[2]) == (status, kind)


@pytest.mark.parametrize("row", REQUESTS, ids=names(REQUESTS, 0))
def test_a_request(served: Served, row: list[str]) -> None:
    """The status and the type of the problem."""
    request_line, status, kind, _ = row
    assert answer(served, request_line) == (status, kind)


@pytest.mark.parametrize("row", FORMATS, ids=names(FORMATS, 0, 1))
def test_a_format(served: Served, row: list[str]) -> None:
    """The status and the type of the problem."""
    accept, address, status, kind, _ = row
    assert answer(served, f"GET {address}", f"Accept: {accept}\r\n") == (status, kind)


@pytest.mark.parametrize("row", PATHS, ids=names(PATHS, 0))
def test_a_path(served: Served, row: list[str]) -> None:
    """The status and the type of the problem."""
    path, status, kind, _ = row
    assert answer(served, f"GET {path}") == (status, kind)
