#!/usr/bin/env python3
"""Start egov-kg: `python3 run.py` serves the graph, `... test` runs every check, other words go to the command line.

Standard library and old syntax only, so that an old Python can still say what is missing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
STAMP = VENV / ".stamp"  # written last: where the environment stands, what it was made from, for whom
OUT = ROOT / os.environ.get("EGOVKG_OUT", "build")
AGAIN = "python3 run.py"


def stop(sentence: str, command: str) -> None:
    sys.exit("\n%s Type:\n\n    %s\n" % (sentence, command))


def call(*words: str) -> bool:
    sys.stdout.flush()
    return subprocess.call(words, cwd=str(ROOT)) == 0


def take_over(*words: str) -> None:
    sys.stdout.flush()
    if os.name == "nt":  # exec would return to the shell before the program has ended
        sys.exit(subprocess.call((PYTHON, *words)))
    os.execv(PYTHON, (PYTHON, *words))


def digest(*names: str) -> str:
    found = hashlib.sha256()
    for path in sorted(path for name in names for path in [ROOT / name, *(ROOT / name).rglob("*")]):
        if path.is_file() and path.suffix != ".pyc":
            found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def environment(kind: str) -> str:
    wanted = digest("requirements.lock", "requirements-dev.lock", "requirements-build.lock", "pyproject.toml")
    place, stamp = "%s %s\n" % (VENV, os.path.realpath(PYTHON)), STAMP.read_text() if STAMP.exists() else ""
    if os.path.exists(PYTHON) and stamp in [place + wanted + who for who in (kind, "dev")]:
        return wanted
    uv, moved = shutil.which("uv") or "", stamp and not stamp.startswith(place)
    fit = "import sys, importlib.util as u; sys.exit(sys.version_info < (3, 11) or not u.find_spec('%s'))"
    if moved or not os.path.exists(PYTHON) or not call(PYTHON, "-c", fit % ("sys" if uv else "pip")):
        shutil.rmtree(str(VENV), ignore_errors=True)
        if not uv and not call(sys.executable, "-c", fit % "ensurepip"):
            stop("This Python comes without venv.", "sudo apt install python3-venv && " + AGAIN)
        make = [uv, "venv", "-q", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        if not call(*make, str(VENV)):
            stop("The environment could not be made; the reason stands above.", "rm -rf .venv && " + AGAIN)
    place = "%s %s\n" % (VENV, os.path.realpath(PYTHON))
    STAMP.write_text(place)
    print("Fetching packages into .venv; this is done once and takes a minute or two")
    install = [uv, "pip", "install", "-q", "--python", PYTHON] if uv else [PYTHON, "-m", "pip", "install", "-q"]
    lock = "requirements-dev.lock" if kind == "dev" else "requirements.lock"
    packages = call(*install, "--require-hashes", "-r", lock, "-r", "requirements-build.lock")
    if not packages or not call(*install, "--no-build-isolation", "--no-deps", "-e", "."):
        stop("The packages could not be installed; the reason stands above, mostly the network or a proxy.", AGAIN)
    STAMP.write_text(place + wanted + kind)
    return wanted


def main(words: "list[str]") -> None:
    if sys.version_info < (3, 11):
        newer = [path for path in map(shutil.which, ["python3.%d" % minor for minor in range(15, 10, -1)]) if path]
        if newer:
            os.execv(newer[0], newer[:1] + sys.argv)
        how = "brew install python" if sys.platform == "darwin" else "sudo apt install python3.11 python3.11-venv"
        stop("egov-kg needs Python 3.11 or newer; this is %d.%d." % sys.version_info[:2], how + " && " + AGAIN)
    for name in ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"):
        os.environ.pop(name, None)  # they would mix another Python into ours
    packages = environment("dev" if words[:1] == ["test"] else "run")
    if words:
        take_over(*[str(ROOT / "scripts" / "check"), *words[1:]] if words[0] == "test" else ["-m", "egov_kg", *words])
    inputs, made = packages + digest("data", "ontology", "queries", "src", "egov-kg.toml"), OUT / ".inputs"
    if not (OUT / "current").exists() or not made.exists() or made.read_text() != inputs:
        print("Building the graph from data/")
        if not call(PYTHON, "-m", "egov_kg", "build", "--out", str(OUT)):
            stop("The graph could not be built; the reason stands above.", AGAIN + " doctor")
        made.write_text(inputs)
    take_over("-m", "egov_kg", "serve", "--from", str(OUT))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        stop("egov-kg cannot work here: %s." % error, "cp -r '%s' ~/egov-kg && python3 ~/egov-kg/run.py" % ROOT)
