"""One thing said in many ways: whatever the syntax, the same facts; whatever is doubtful, none."""

from __future__ import annotations

import hashlib

import pytest

from egov_kg.assets import data
from egov_kg.extraction import facts_table, load_extractor
from egov_kg.extraction.tokens import fold
from egov_kg.model import Block, BlockKind, Document, View

EXTRACTOR = load_extractor(data())


def facts_of(text: str) -> set[tuple[str, str, str]]:
    """Return the facts of a paragraph, labels folded, without those about the document."""
    block = Block("paragraph", 0, len(text), None, "en", View(text, tuple(range(len(text)))), {})
    digest = hashlib.sha256(text.encode()).hexdigest()
    document = Document("document/int/example", text, (block,), {"title": "Example"}, "example.txt", digest)
    rows = facts_table([EXTRACTOR.extract(document)])
    return {(fold(r["subject"]), r["relation"], fold(r["object"])) for r in rows if r["relation"] != "dcterms:language"}


LAUNCH = {
    ("land portal", "egov:introducedBy", "tide office"),
    ("land portal", "egov:beganIn", "2009"),
}


@pytest.mark.parametrize(
    "text",
    [
        "The Tide Office launched the land portal in 2009.",
        "In 2009, the Tide Office launched the land portal.",
        "The land portal was launched by the Tide Office in 2009.",
        "The land portal was launched in 2009 by the Tide Office.",
        "In 2009 the land portal was launched by the Tide Office.",
        "The land portal, which was launched in 2009 by the Tide Office, is slow.",
        "The land portal, launched in 2009 by the Tide Office, is slow.",
        "The land portal, launched by the Tide Office in 2009, is slow and dear.",
        "Launched in 2009 by the Tide Office, the land portal is slow.",
        "The launch of the land portal by the Tide Office in 2009 was late.",
        "The Tide Office, which has ten clerks, formally launched the land portal in 2009.",
        "The Tide Office has ten clerks and launched the land portal in 2009.",
        "It was late when, in 2009, the Tide Office launched the land portal.",
        "The Tide Office played a key role in launching the land portal in 2009.",
    ],
)
def test_a_launch_is_one_whatever_the_syntax(text: str) -> None:
    """Active, passive, relative clause, participle, nominalisation, a date in front or behind."""
    assert facts_of(text) >= LAUNCH


@pytest.mark.parametrize(
    "text",
    [
        "The Tide Office will launch the land portal in 2031.",
        "The Tide Office did not launch the land portal in 2009.",
        "The Tide Office never launched the land portal.",
        "The Tide Office planned to launch the land portal in 2009.",
        "The Tide Office failed to launch the land portal in 2009.",
        "The land portal is to be launched by the Tide Office in 2031.",
        "The land portal should have been launched by the Tide Office in 2009.",
        "The Tide Office is expected to launch the land portal.",
        "If the Tide Office launched the land portal, queues would shrink.",
        "Has the land portal been launched by the Tide Office?",
        "The report recommended that the land portal be launched by the Tide Office.",
        "The Tide Office proposed the launch of the land portal.",
        "No land portal was launched by the Tide Office in 2009.",
    ],
)
def test_what_did_not_happen_is_no_fact(text: str) -> None:
    """Negated, modal, planned, failed, conditional, asked, recommended: none of it is a launch."""
    assert not facts_of(text) & LAUNCH
    assert not {f for f in facts_of(text) if f[1] in ("egov:introducedBy", "egov:beganIn", "egov:initiatedBy")}


class TestDates:
    def test_a_date_belongs_to_its_own_verb(self) -> None:
        """Each verb of a sentence keeps its date; the one in front is that of verbs without another."""
        found = facts_of(
            "In 2001 the Tide Office launched the land portal, and the tax portal was opened by the Coal Board in 2004."
        )

        assert ("land portal", "egov:beganIn", "2001") in found
        assert ("tax portal", "egov:beganIn", "2004") in found
        assert ("tax portal", "egov:beganIn", "2001") not in found

    def test_a_date_behind_each_object_belongs_to_that_object(self) -> None:
        """Opened the one in 2001 and the other in 2004."""
        found = facts_of("The Tide Office opened the land portal in 2001 and the tax portal in 2004.")

        assert {f for f in found if f[1] == "egov:beganIn"} == {
            ("land portal", "egov:beganIn", "2001"),
            ("tax portal", "egov:beganIn", "2004"),
        }


class TestWhoIsMeant:
    def test_a_participle_is_about_the_head_of_its_phrase(self) -> None:
        """A portal for citizens that is developed by somebody: the portal is developed, not the citizens."""
        found = facts_of("The land portal, a service for citizens developed by the Tide Office, is slow.")

        assert ("land portal", "egov:developedBy", "tide office") in found
        assert not {f for f in found if f[0] == "citizen"}

    def test_two_verbs_share_subject_and_object(self) -> None:
        """Developed and operates; designed and built by."""
        found = facts_of("The Tide Office developed and operates the land portal.")
        other = facts_of("The land portal was designed and built by the Tide Office.")

        assert ("land portal", "egov:developedBy", "tide office") in found & other
        assert ("land portal", "egov:managedBy", "tide office") in found

    def test_an_actor_is_no_barrier(self) -> None:
        """What a ministry delays is delayed by an actor; lack of money is a barrier."""
        assert not {f for f in facts_of("The Tide Office delayed the land portal.") if f[1] == "egov:hampers"}
        assert ("lack money", "egov:hampers", "land portal") in facts_of("Lack of money delayed the land portal.")


def facts_of_blocks(*blocks: tuple[BlockKind, str]) -> set[tuple[str, str, str]]:
    """Return the facts of a document made of blocks, labels folded."""
    made: list[Block] = []
    whole = ""
    for kind, text in blocks:
        start = len(whole)
        view = View(text, tuple(range(start, start + len(text))))
        made.append(Block(kind, start, start + len(text), None, "en", view, {}))
        whole += text + "\n"
    digest = hashlib.sha256(whole.encode()).hexdigest()
    document = Document("document/int/example", whole, tuple(made), {"title": "Example"}, "example.txt", digest)
    return {(fold(r["subject"]), r["relation"], fold(r["object"])) for r in facts_table([EXTRACTOR.extract(document)])}


class TestAnnouncedLists:
    def test_items_below_a_heading_are_what_it_says(self) -> None:
        """Under "Main challenges" stand challenges, until the next heading."""
        found = facts_of_blocks(
            ("heading", "Main challenges"),
            ("item", "Weak coordination among ministries"),
            ("item", "Lack of trained staff"),
            ("heading", "Contacts"),
            ("item", "Tide Street, second floor"),
        )

        assert {obj for _, prop, obj in found if prop == "egov:reports"} == {
            "weak coordination among ministry",
            "lack trained staff",
        }

    def test_items_below_words_with_a_colon_are_what_these_announce(self) -> None:
        """Recommendations of the document, one for each item."""
        found = facts_of_blocks(
            ("paragraph", "The report makes two recommendations:"),
            ("item", "Adopt a common digital identity for federal services."),
            ("item", "Set aside funds for the replacement of old software."),
        )

        assert {obj for _, prop, obj in found if prop == "egov:recommends"} == {
            "adopt common digital identity federal service",
            "set aside fund replacement old software",
        }

    def test_items_after_other_words_are_none(self) -> None:
        """A paragraph without an announcement ends what a heading began."""
        found = facts_of_blocks(
            ("heading", "Main challenges"),
            ("paragraph", "The offices of the board are these:"),
            ("item", "Tide Street, second floor"),
        )

        assert not {obj for _, prop, obj in found if prop == "egov:reports"}
