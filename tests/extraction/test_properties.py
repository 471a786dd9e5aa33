"""What holds for any text: an answer, quotations that are verbatim, and the same bytes each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egov_kg.assets import data
from egov_kg.documents import document_from_text, read_documents
from egov_kg.extraction import facts_table, load_extractor
from egov_kg.model import Document, Extraction, Thing

EXTRACTOR = load_extractor(data())
WORDS = st.sampled_from(
    [
        "the", "Larsen", "administration", "launched", "a", "plan", "to", "and", ",", ".", ";", "(", ")", "(ACR)",
        "2001", "1996-1998", "in", "was", "by", "Ministry of Works", "E-Government", "projects", "11", "first",
        "second", "such as", "including", "etc.", "which", "it", "is necessary to", "that", "Act", "on", "of",
        "committee", "AI", "big data", "[18]", "전자정부법", "정부", "was renamed", "\n", "\n\n", "- ", "Table 4.",
        "Source:", ":", "’s", "President", "Kim",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(WORDS, min_size=1, max_size=60).map(" ".join),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=200),
)


def check(extraction: Extraction) -> None:
    """Assert what every extraction promises."""
    document = extraction.document
    for fact in extraction.facts:
        assert fact.evidence
        assert fact.rule
        assert fact.certainty in ("stated", "inferable")
        assert list(fact.evidence) == sorted(fact.evidence)
        for span in fact.evidence:
            assert document.quote(span).strip()
            assert document.block_at(span.start).kind != "chrome"
        for thing in (fact.subject, fact.object):
            if isinstance(thing, Thing):
                assert extraction.things[thing.id] == thing
                assert extraction.mentions[thing.id]
                names = extraction.labels[thing.id]
                assert [n.text for n in names if n.kind == "pref" and n.lang == thing.lang] == [thing.label]
    keys = [(f.subject.id, f.property, f.object, f.evidence) for f in extraction.facts]
    assert len(keys) == len(set(map(str, keys)))


@given(TEXTS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_gives_an_extraction_with_verbatim_evidence(text: str) -> None:
    """Whatever a page says, there is an answer, and every fact points at words of a block that is content."""
    if not text.strip():
        return
    document = document_from_text(text, "any.txt")

    check(EXTRACTOR.extract(document))


def test_the_digests_keep_the_promises_too() -> None:
    """What ships is held to the same."""
    for extraction in EXTRACTOR.extract_all(read_documents([data("documents")])):
        check(extraction)
        assert extraction.facts


@pytest.mark.parametrize(
    "text",
    [
        "word " * 20_000,
        "(" * 5_000 + ")" * 5_000,
        "A and " * 5_000,
        ", ".join(["Harbour Plan"] * 3_000),
        "Kim, et al., " * 2_000,
        "##3D_LAYER##a[1]##3D_TEXT:" * 500,
        "\u202e\u200f bidi \ufffd " * 500,
    ],
    ids=["long line", "brackets", "coordination", "list", "names", "markup", "bidi"],
)
def test_hostile_text_gives_an_answer(text: str) -> None:
    """Patterns have small bounds and sentences are cut, so no text takes the extractor down."""
    check(EXTRACTOR.extract(document_from_text(text, "hostile.txt")))


def documents() -> tuple[Document, ...]:
    """Return the shipped digests."""
    return read_documents([data("documents")])


def test_the_order_of_documents_does_not_count() -> None:
    """Ids, labels and facts are the same whichever document was read first."""
    first = EXTRACTOR.extract_all(documents())
    second = EXTRACTOR.extract_all(tuple(reversed(documents())))

    assert list(facts_table(first)) == list(facts_table(second))
    assert [e.labels for e in first] == [e.labels for e in second]


def test_the_seed_of_hashing_does_not_count() -> None:
    """Two interpreters with other hash seeds print the same facts."""
    script = (
        "from egov_kg.assets import data\n"
        "from egov_kg.documents import read_documents\n"
        "from egov_kg.extraction import facts_table, load_extractor\n"
        "for e in load_extractor(data()).extract_all(read_documents([data('documents')])):\n"
        "    print(sorted(e.labels.items()), e.unexpressed)\n"
        "    for row in facts_table([e]): print(row)\n"
    )
    outputs = []
    for seed in ("0", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
        run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
        outputs.append(run.stdout)

    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 10_000
