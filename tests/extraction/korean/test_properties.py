"""What holds for any Korean text: an answer, verbatim evidence, places that fit, and the same facts each time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.extraction import facts_table, load_extractor
from egov_kg.extraction.korean.eojeol import eojeols
from egov_kg.extraction.korean.mentions import find_mentions
from egov_kg.extraction.korean.particles import split_particle
from egov_kg.extraction.korean.predicates import find_predicates
from egov_kg.extraction.korean.sentences import korean_sentences
from egov_kg.extraction.korean.times import YearMemory, find_korean_times
from egov_kg.model import Thing

EXTRACTOR = load_extractor(data())
WORDS = EXTRACTOR.korean.words
PIECES = st.sampled_from(
    [
        "항만부", "는", "가", "을", "의", "2001년", "1996. 8.", "’97.3.", "같은 해", "이듬해", "「해양기록법」", "제정",
        "되었다", "하고", "하여", "된", "할 예정이다", "않았다", "통합민원 포털", "(OPEN)", "(1978~1982)", "제1차",
        "기본계획", "수립", "홍길동", "대통령", "정부", "에스토니아", ",", ".", "·", "및", "등", "으로", "개편",
        "한국항만원", "○", "- ", "\n", "\n\n", "□", "|", ":", "(", ")", "‘", "’", "이 법", "동 위원회", "저해하는 요인",
        "해야 한다", "위원회", "소속", "에 따라", "를 위해", "31대 과제", "인공지능", "G4C", "X-Road",
    ]
)  # fmt: skip
HANGUL = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
TEXTS = st.one_of(
    st.lists(PIECES, min_size=1, max_size=50).map(" ".join),
    st.lists(PIECES, min_size=1, max_size=50).map("".join),
    st.text(alphabet=st.one_of(HANGUL, st.sampled_from(" .,()「」‘’0123456789년월일법부")), min_size=1, max_size=200),
)


@given(TEXTS)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_korean_text_gives_an_extraction_with_verbatim_evidence(text: str) -> None:
    """Whatever it says, there is an answer, and every fact points at words of the text."""
    if not text.strip():
        return
    extraction = EXTRACTOR.extract(document_from_text(text, "any.txt"))

    for fact in extraction.facts:
        assert fact.evidence
        assert list(fact.evidence) == sorted(fact.evidence)
        for span in fact.evidence:
            assert extraction.document.quote(span).strip()
        for thing in (fact.subject, fact.object):
            if isinstance(thing, Thing):
                assert extraction.things[thing.id] == thing
                assert extraction.mentions[thing.id]


@given(TEXTS)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_names_times_and_verbs_keep_to_their_places(text: str) -> None:
    """Ranges lie in the sentence, names do not overlap, and a name is what stands at its place."""
    for start, end in korean_sentences(text):
        sentence = text[start:end]
        times = find_korean_times(sentence, YearMemory(2020, "2020-12-10"))
        found = find_mentions(sentence, WORDS, (), times)

        for one in eojeols(sentence):
            assert sentence[one.start : one.end] == one.text
        for time in times:
            assert 0 <= time.start < time.end <= len(sentence)
        for item in found:
            assert 0 <= item.outer_start <= item.start < item.end <= item.outer <= len(sentence)
            # an administration goes by the name of its head
            assert " ".join(sentence[item.start : item.end].split()).startswith(item.name)
        for predicate in find_predicates(sentence, WORDS, lambda _: False):
            assert 0 <= predicate.start < predicate.end <= len(sentence)


@given(st.text(alphabet=HANGUL, min_size=1, max_size=12))
def test_a_word_reads_as_itself_first(word: str) -> None:
    """The readings of a word begin with the whole word, and each puts it together again."""
    readings = split_particle(word)

    assert readings[0] == (word, "")
    assert all(name + particle == word for name, particle in readings)


@pytest.mark.parametrize(
    "text",
    [
        "정보화 " * 20_000,
        "제정" * 20_000,
        "「" * 5_000 + "」" * 5_000,
        "항만부와 " * 5_000,
        "(" * 5_000 + "전자정부법" + ")" * 5_000,
        "2001년 " * 10_000,
        "에 관한 " * 5_000 + "법률",
        "의 정보화를 위한 " * 5_000 + "계획을 수립하였다.",
    ],
    ids=["nouns", "verbs", "quotes", "coordination", "brackets", "years", "about", "purpose"],
)
def test_hostile_text_gives_an_answer(text: str) -> None:
    """Patterns have small bounds and sentences are cut, so no text takes the extractor down."""
    assert EXTRACTOR.extract(document_from_text(text, "hostile.txt")).document.text


def test_the_same_text_gives_the_same_facts() -> None:
    """Nothing is kept from one document to the next."""
    text = "항만부는 2001년 ‘엑스포트’를 도입하였다. 엑스포트는 항만정보청이 관리한다."
    first = list(facts_table([EXTRACTOR.extract(document_from_text(text, "a.txt"))]))
    EXTRACTOR.extract(document_from_text("‘엑스포트’ 계획이 발표되었다.", "b.txt"))

    assert list(facts_table([EXTRACTOR.extract(document_from_text(text, "a.txt"))])) == first


def test_a_founding_under_a_name_without_a_telling_noun_is_read() -> None:
    """A name in quotation marks behind "로" has no class, and no rule may stumble over it."""
    found = facts_table([EXTRACTOR.extract(document_from_text("항만회는 2001년 '열린바다'로 설립되었다.", "note.txt"))])

    assert {row["relation"] for row in found} <= {"dcterms:language", "egov:beganIn"}
