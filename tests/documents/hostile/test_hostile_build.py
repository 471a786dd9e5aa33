"""All hostile documents in one folder with a good one: each is listed or read, and the process stays in its bounds."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.documents.hostile.conftest import Table

MEMORY: Final = 3 << 30
PROCESSOR_SECONDS: Final = 900

# The parent has bounds, too; what it starts inherits those of memory and narrows them.
SCRIPT: Final = f"""
import json, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
resource.setrlimit(resource.RLIMIT_CPU, ({PROCESSOR_SECONDS}, {PROCESSOR_SECONDS}))
from egov_kg import assets
from egov_kg.documents import Limits, document_paths
from egov_kg.extraction import load_extractor
from egov_kg.gathering import gather
folder = Path(sys.argv[1])
found = gather(
    document_paths([*folder.iterdir()]), assets.data(), load_extractor(assets.data()),
    limits=Limits(seconds=10, memory=384 << 20),
)
print(json.dumps({{
    "failed": {{failure.source: failure.reason for failure in found.failures}},
    "read": {{one.document.source: len(one.facts) for one in found.extractions}},
}}))
"""


def siblings() -> list[ModuleType]:
    """Return the modules that make hostile documents."""
    found = []
    for name in ("text", "pdf", "office"):
        path = Path(__file__).with_name(f"test_hostile_{name}.py")
        spec = importlib.util.spec_from_file_location(f"hostile_{name}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.append(module)
    return found


def test_none_is_lost_and_none_costs_another(tmp_path: Path, page: Table) -> None:
    """Each row of the page ends as it says; the good document says what it says alone."""
    folder = tmp_path / "documents"
    folder.mkdir()
    expected: dict[str, str] = {}
    text, pdf, office = siblings()
    for section, module, suffix in (
        ("Text, pages and tables", text, ""),
        ("PDF", pdf, ".pdf"),
        ("Office files", office, ".docx"),
    ):
        for number, (name, (outcome, _)) in enumerate(page.rows(section).items()):
            made = module.FILES[name]
            path = folder / f"{section[:3]}{number:03}{suffix or Path(made[0]).suffix}"
            path.write_bytes(made() if suffix else made[1]())
            expected[path.name] = outcome
    good = "The Good Act\n\nThe Electronic Government Act was enacted in 2001.\n"
    (folder / "good.txt").write_text(good, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["read"].pop("good.txt") >= 1
    outcomes = dict.fromkeys(found["failed"], "refused") | dict.fromkeys(found["read"], "read")
    # Some have the same title, and so the same id: they were read, and are told from each other.
    outcomes |= {name: "read" for name, reason in found["failed"].items() if " has the id " in reason}
    assert outcomes == expected
    assert all(found["failed"].values())
