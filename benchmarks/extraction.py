"""How fast a core reads documents and finds facts, and whether memory grows with what was read.

    python benchmarks/extraction.py [--megabytes 1,10] [--lang en,ko] [--bytes 10000] [--whole]

One process. Kilobytes of UTF-8 a second of processor time, reading and extraction apart; the growth of the resident set
from after the first hundred documents to the end. `--whole` reads the text of each size as one document as well, up to
the 16 MiB that a document may have.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import corpus

from egov_kg import assets
from egov_kg.documents import document_from_text
from egov_kg.extraction import Extractor, load_extractor

HEADS = ("language", "MB", "documents", "facts", "reading kB/s", "extraction kB/s", "both kB/s", "growth MB")


def resident() -> int:
    """Return the bytes that this process has in memory."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def texts(megabytes: float, size: int, lang: str) -> Iterator[tuple[str, str]]:
    """Yield documents of so many megabytes together."""
    total = 0
    for name, text in corpus.documents(10**9, size, lang=lang):
        yield name, text
        total += len(text.encode())
        if total >= megabytes * 1e6:
            return


def row(extractor: Extractor, megabytes: float, size: int, lang: str) -> list[str]:
    """Return the cells of a table."""
    length = documents = facts = start = 0
    reading = extraction = 0.0
    for name, text in texts(megabytes, size, lang):
        begin = time.process_time()
        document = document_from_text(text, name)
        middle = time.process_time()
        facts += len(extractor.extract(document).facts)
        reading += middle - begin
        extraction += time.process_time() - middle
        documents += 1
        length += len(text.encode())
        if documents == 100:
            start = resident()
    growth = f"{(resident() - start) / 1e6:.0f}" if documents >= 200 else ""
    speeds = [length / 1000 / seconds for seconds in (reading, extraction, reading + extraction)]
    return [lang, f"{length / 1e6:.1f}", f"{documents:,}", f"{facts:,}", *(f"{speed:,.0f}" for speed in speeds), growth]


def main() -> int:
    """Run and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", default="1,10")
    parser.add_argument("--lang", default="en,ko")
    parser.add_argument("--bytes", type=int, default=10_000)
    parser.add_argument("--whole", action="store_true")
    options = parser.parse_args()
    extractor = load_extractor(assets.data())
    print(f"| {' | '.join(HEADS)} |\n|{' ---: |' * len(HEADS)}")
    for lang in options.lang.split(","):
        for megabytes in map(float, options.megabytes.split(",")):
            sizes = [options.bytes, *([int(megabytes * 1e6)] if options.whole and megabytes <= 16 else [])]
            for size in sizes:
                print(f"| {' | '.join(row(extractor, megabytes, size, lang))} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
