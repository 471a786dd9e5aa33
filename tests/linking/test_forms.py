"""Names in one form: what may differ between two writings of a name, and what may not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.linking.forms import folded, folded_all, numbers_in
from egov_kg.linking.kinds import cut
from egov_kg.linking.people import person_keys
from egov_kg.linking.periods import compare, read_period
from egov_kg.linking.sssom import MappingRow, MappingSet, sssom_text
from egov_kg.linking.trigrams import Trigrams
from egov_kg.reconciliation.columns import Texts
from egov_kg.reconciliation.nearest import Nearest


class TestFolded:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("공간정보의 구축 및 관리 등에 관한 법률", "공간정보의구축및관리등에관한법률"),
            ("10ㆍ27법난", "10·27법난"),
            ("10・27법난", "10‧27법난"),
            ("ＩＣＴ융합", "ICT융합"),
            ("E‑Government Act", "e-government act"),
            ("straße", "STRASSE"),
            ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
        ],
    )
    def test_does_not_tell_writings_apart(self, one: str, other: str) -> None:
        """Spaces, dots, width, hyphens, case, composed and parted syllables."""
        assert folded(one) == folded(other) != ""

    @pytest.mark.parametrize(
        ("one", "other"),
        [("제1차 계획", "제11차 계획"), ("정보통신부", "정보통신국"), ("Niger", "Nigeria"), ("가", "각")],
    )
    def test_tells_names_apart(self, one: str, other: str) -> None:
        """Letters and digits count."""
        assert folded(one) != folded(other)

    @given(st.lists(st.text(max_size=20), max_size=12))
    def test_of_many_is_that_of_each(self, texts: list[str]) -> None:
        """Whatever they hold, line feeds and separators included."""
        assert folded_all(texts) == [folded(text) for text in texts]

    @given(st.text(max_size=40))
    def test_of_a_form_is_the_form(self, text: str) -> None:
        """Folding twice changes nothing."""
        assert folded(folded(text)) == folded(text)


class TestWhateverIsWritten:
    @given(st.text(max_size=60))
    def test_nothing_fails(self, text: str) -> None:
        """Names come from files of others."""
        cut(text)
        person_keys(text)
        numbers_in(text)
        period = read_period(text)
        assert period is None or compare(period, period) > 0

    @given(st.lists(st.text(max_size=12), min_size=1, max_size=8), st.text(max_size=12))
    def test_an_index_finds_the_name_that_is_equal(self, names: list[str], more: str) -> None:
        """Every name that has letters is found by itself, with likeness 1, by either index."""
        forms = sorted({folded(text) for text in (*names, more)})
        hits = Trigrams.build(forms).candidates(forms, 1, least=0.9)
        nearest = Nearest.build(forms, Texts.of(forms))
        for place, form in enumerate(forms):
            if form:
                assert round(float(hits.cosines[hits.rows == place][0]), 5) == 1.0
                assert round(nearest.search(form, 1, least=0.9)[0].cosine, 5) == 1.0

    @given(st.text(max_size=30), st.text(max_size=30))
    def test_a_mapping_stays_one_line(self, label: str, comment: str) -> None:
        """No label and no comment breaks the table."""
        row = MappingRow(
            "https://w3id.org/egov-kg/id/law/kr/a", "skos:exactMatch", "urn:b:c", object_label=label, comment=comment
        )

        (line,) = [
            line for line in sssom_text(MappingSet({}, {}, (row,))).split("\n")[:-1] if not line.startswith("#")
        ][1:]

        assert line.count("\t") == 15
