"""Stand-ins for the commands of the page on deployment that need root or systemd: the page is run without either.

Called by the name of the command. ``ROOT`` in the environment is the folder that stands for the root of the machine:
``systemctl`` reads the unit that the page has installed below it and runs what the unit says, with its environment, its
folder and its way of saying that it is ready, and sees to it that it ends with 0.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(os.environ.get("ROOT", "none"))
NGINX = os.environ.get("REAL_NGINX", "") or shutil.which("nginx") or "/usr/sbin/nginx"
"""The real one, which a page that is run says: on its path our stand-in comes first."""
PLACES = ("/opt/", "/etc/", "/var/", "/usr/local/")
SECONDS = 60


def main(name: str, words: list[str]) -> int:
    """Do what a command does, as far as it matters here."""
    match name:
        case "sudo":
            while words[0] in {"-u", "-g"}:
                words = words[2:]
            return subprocess.call(words)
        case "useradd" | "chown":
            return 0
        case "install":
            return subprocess.call(["/usr/bin/install", *_without_owners(words)])
        case "python3":
            return _run_py(Path(words[0]), words[1:])
        case "nginx":
            return subprocess.call([NGINX, "-t", "-q", *_nginx()])
        case "systemctl":
            return _systemctl(*words)
    return 127


def _without_owners(words: list[str]) -> list[str]:
    kept, skip = [], False
    for word in words:
        if not skip and word not in {"-o", "-g"}:
            kept.append(word)
        skip = word in {"-o", "-g"}
    return kept


def _run_py(script: Path, words: list[str]) -> int:
    """Make the command in place of an environment of its own; `tests/project/test_run.py` tests the real one."""
    top = script.resolve().parent
    assert script.name == "run.py"
    assert script.exists()
    command = top / ".venv" / "bin" / "egov-kg"
    command.parent.mkdir(parents=True)
    python = shlex.quote(sys.executable)
    command.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(top / "src"))} exec {python} -m egov_kg "$@"\n')
    command.chmod(0o755)
    return subprocess.call([command, *words])


def _systemctl(verb: str, *words: str) -> int:
    units = [word for word in words if not word.startswith("-")]
    if verb == "daemon-reload":
        return 0
    if units == ["nginx"]:
        with (ROOT / "nginx.log").open("ab") as log:  # it goes on in the background, and must not hold our output
            return subprocess.call([NGINX, *_nginx()], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    (unit,) = units
    if verb in {"stop", "restart"}:
        _stop(unit)
    if verb in {"enable", "start", "restart"}:
        _start(unit)
    return 0


def _nginx() -> list[str]:
    """Return how the real nginx is called: with what the page has installed, for ports and folders of the test."""
    folder = ROOT / "nginx"
    folder.mkdir(exist_ok=True)
    for path in (ROOT / "etc/nginx/conf.d").iterdir():
        text = _moved(path.read_text(encoding="utf-8"))
        for port, name in ((80, "HTTP_PORT"), (443, "HTTPS_PORT"), (8000, "EGOVKG_PORT")):
            text = re.sub(rf"(listen |:){port}\b", rf"\g<1>{os.environ[name]}", text)
        text = re.sub(r"listen \[::\].*", "", text)
        (folder / path.name).write_text(text, encoding="utf-8")
    temporary = "".join(f"{name}_temp_path {folder}/{name};" for name in ("proxy", "fastcgi", "uwsgi", "scgi"))
    main = folder / "nginx.conf"
    main.write_text(
        f"{'user root;' if os.geteuid() == 0 else ''} pid {ROOT}/nginx.pid; error_log {folder}/error.log; events {{}} "
        f"http {{ access_log off; client_body_temp_path {folder}/body; {temporary} include {folder}/egov-kg.conf; }}",
        encoding="utf-8",
    )
    return ["-p", str(folder), "-c", str(main)]


def _unit(name: str) -> dict[str, str]:
    text = (ROOT / "etc/systemd/system" / f"{name}.service").read_text(encoding="utf-8")
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {key: _moved(value) for key, value in pairs}


def _moved(text: str) -> str:
    for place in PLACES:
        text = text.replace(place, f"{ROOT}{place}")
    return text


def _start(name: str) -> None:
    unit = _unit(name)
    address = ROOT / f"{name}.notify"
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, (ROOT / f"{name}.log").open("ab") as log:
        manager.bind(str(address))
        manager.settimeout(SECONDS)
        process = subprocess.Popen(
            shlex.split(unit["ExecStart"]),
            cwd=unit["WorkingDirectory"],
            env={**os.environ, "NOTIFY_SOCKET": str(address)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        (ROOT / f"{name}.pid").write_text(str(process.pid))
        assert manager.recv(100) == b"READY=1"


def _stop(name: str) -> None:
    path = ROOT / f"{name}.pid"
    process = int(path.read_text())
    os.kill(process, signal.SIGTERM)
    until = time.monotonic() + SECONDS
    with contextlib.suppress(FileNotFoundError):  # it has ended, and whoever is its parent now has noticed
        while Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            assert time.monotonic() < until
            time.sleep(0.05)
    path.unlink()


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "--make":
        for command in ("sudo", "useradd", "chown", "install", "python3", "nginx", "systemctl"):
            path = Path(sys.argv[2]) / command
            path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(__file__)} {command} "$@"\n')
            path.chmod(0o755)
        assert shutil.which("bash")
    else:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
