"""The published examples of the specification, where a copy of it lies on this machine; see `schemas`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from egov_kg.errors import UnreadableJson
from egov_kg.reconciliation import v02, v10
from tests.reconciliation.schemas import examples, needs_copy, needs_schemas, schema_errors

READERS: dict[tuple[str, str], Any] = {
    ("0.2", "reconciliation-query-batch"): v02.read_queries,
    ("0.2", "data-extension-query"): v02.read_extend,
    ("1.0-draft", "reconciliation-query-batch"): v10.read_match,
    ("1.0-draft", "data-extension-query"): v10.read_extend,
}
REQUESTS = examples("reconciliation-query-batch", "data-extension-query")


@needs_copy
@pytest.mark.parametrize(("version", "schema", "verdict", "path"), REQUESTS)
def test_a_published_request_is_read_or_refused(version: str, schema: str, verdict: str, path: Path) -> None:
    """As its folder says."""
    text = path.read_text(encoding="utf-8")

    if verdict == "invalid":
        with pytest.raises(UnreadableJson):
            READERS[version, schema](text)
    else:
        assert READERS[version, schema](text)


@needs_schemas
@pytest.mark.parametrize(("version", "schema", "verdict", "path"), examples())
def test_the_schemas_judge_the_examples_as_their_folders_do(
    version: str, schema: str, verdict: str, path: Path
) -> None:
    """So that what they say of our answers counts: all schemas are found, and none asks the network."""
    errors = schema_errors(version, schema, json.loads(path.read_text(encoding="utf-8")))

    assert bool(errors) == (verdict == "invalid")


@needs_copy
def test_all_examples_are_there() -> None:
    """44 of version 0.2 and 51 of the draft have a schema."""
    counts = [sum(1 for one in examples() if one.values[0] == version) for version in ("0.2", "1.0-draft")]

    assert counts == [44, 51]
