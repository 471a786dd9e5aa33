"""Universities from file to file with each engine of ours: what it takes on one machine, memory and disk included.

    python benchmarks/reasoner/out_of_core.py --inputs lubm10,lubm50 [--engines numpy,duckdb] [--memory 12G]
        [--work FOLDER] [--nice 10] [--figures FILE]

Inputs are packed with Zstandard, so that five hundred universities are a quarter of a gigabyte; what is entailed is
written as N-Triples and taken away. Each run is a process of its own, on all cores that this one may use. A line of
JSON for each run: seconds by the clock and of the processor, the most memory that the process and its children had at
once, the most that its temporary folder had, and how many triples were given and are entailed, in all and for each
university.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from inputs import ROOT, SEED
from lubm import university_lines
from measuring import tree_bytes

ONTOLOGY = Path(__file__).with_name("univ-bench.ttl")


def make_packed(size: int, folder: Path) -> Path:
    """Return the file of so many universities, and write it if it is not there."""
    import zstandard  # noqa: PLC0415 - a dependency of what is measured

    path = folder / f"lubm{size}.nt.zst"
    if path.exists():
        return path
    known: set[str] = set()
    part = path.with_suffix(".part")
    with part.open("wb") as file, zstandard.ZstdCompressor(level=1).stream_writer(file) as sink:
        for number in range(size):
            for line in university_lines(number, SEED):
                if not line.endswith("#University> .\n") or line not in known:
                    sink.write(line.encode())
                if line.endswith("#University> .\n"):
                    known.add(line)
    part.rename(path)
    return path


class Watch(threading.Thread):
    """Looks at the memory of a process with its children, and at the size of a folder."""

    def __init__(self, pid: int, folder: Path) -> None:
        super().__init__(daemon=True)
        self.pid, self.folder = pid, folder
        self.memory = self.disk = 0
        self.ended = threading.Event()

    def run(self) -> None:
        """Look five times a second."""
        while not self.ended.wait(0.2):
            self.memory = max(self.memory, tree_bytes(self.pid))
            self.disk = max(self.disk, _size(self.folder))


def _size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(parent, name).stat().st_blocks * 512
            except OSError:  # it has gone meanwhile
                continue
    return total


def measure(data: Path, engine: str, size: int, *, memory: str | None, nice: int) -> dict[str, Any]:
    """Run one engine from file to file and return what it took."""
    with tempfile.TemporaryDirectory(dir=data.parent) as name:
        folder = Path(name)
        work = folder / "work"
        work.mkdir()
        command = ["nice", "-n", str(nice), sys.executable, "-m", "egov_kg", "infer", str(data), "--entailed"]
        command += ["--ontology", str(ONTOLOGY), "--engine", engine, "--work-folder", str(work)]
        command += ["-o", str(folder / "out.nt"), "--report", str(folder / "report.json")]
        command += ["--memory", memory] if memory else []
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        begin = time.perf_counter()
        child = subprocess.Popen(command, env=environment)
        watch = Watch(child.pid, work)
        watch.start()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        watch.ended.set()
        watch.join()
        if child.returncode:
            return {"input": data.name, "engine": engine, "failure": child.returncode}
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        return {
            "input": data.name,
            "engine": engine,
            "triples": report["given"],
            "entailed": report["entailed"],
            "entailed a university": round(report["entailed"] / size, 1),
            "wall": round(wall, 1),
            "processor": round(usage.ru_utime + usage.ru_stime, 1),
            "peak MB": round(watch.memory / 1e6),
            "disk MB": round(watch.disk / 1e6),
            "written MB": round((folder / "out.nt").stat().st_size / 1e6),
            "cores": len(os.sched_getaffinity(0)),
            "load": round(os.getloadavg()[0], 1),
        }


def main() -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", default="lubm10,lubm50")
    parser.add_argument("--engines", default="numpy,duckdb")
    parser.add_argument("--memory", help="as --memory of egov-kg infer")
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "egov-kg-reasoner-benchmark")
    parser.add_argument("--figures", type=Path, help="gets a line more for each run")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    failures = 0
    for name in options.inputs.split(","):
        size = int(name.removeprefix("lubm"))
        data = make_packed(size, options.work)
        for engine in options.engines.split(","):
            found = measure(data, engine, size, memory=options.memory, nice=options.nice)
            failures += "failure" in found
            line = json.dumps(found)
            print(line, flush=True)
            if options.figures:
                with options.figures.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
