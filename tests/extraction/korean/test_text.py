"""Korean texts: what they say, in each genre, and what they do not."""

from __future__ import annotations

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.extraction import facts_table, load_extractor

EXTRACTOR = load_extractor(data())


def facts(text: str) -> set[tuple[str, str, str]]:
    """Return the facts of a Korean text."""
    rows = facts_table([EXTRACTOR.extract(document_from_text(text, "example.txt"))])
    return {(r["subject"], r["relation"], r["object"]) for r in rows}


def said(text: str) -> set[tuple[str, str, str]]:
    """Return the facts of a text but for those about the text itself."""
    return {f for f in facts(text) if not f[1].startswith("dcterms:")}


class TestSentences:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("「해양기록법」(2009)은 개정되지 않았다.", ("해양기록법", "egov:statedYear", "2009")),
            ("대한민국의 전자정부법은 2001년에 제정되었다.", ("전자정부법", "egov:statedYear", "2001")),
            ("국회는 항만기록의 보존 및 이용에 관한 법률을 2013년 6월 제정하였다.",
             ("항만기록의 보존 및 이용에 관한 법률", "egov:enactedIn", "2013-06")),
            ("항만기록원(HRA)은 1987년 1월 설립되었다.", ("항만기록원", "egov:acronym", "HRA")),
            ("2017년 민원창구를 통합한 항만24가 개통되었다.", ("항만24", "egov:beganIn", "2017")),
            ("항만부는 2008년 해운부와 수산청을 통합하여 출범하였다.", ("수산청", "egov:mergedInto", "항만부")),
            ("해운센터는 2011년 이름을 항만기록센터로 바꾸었다.", ("해운센터", "egov:renamedTo", "항만기록센터")),
            ("국무총리 소속으로 항만데이터위원회를 두었다.", ("항만데이터위원회", "egov:partOf", "국무총리")),
            ("항만부(장관 홍길동)는 통합민원 포털을 운영한다.", ("항만부", "egov:headedBy", "홍길동")),
            ("대국민 서비스 향상을 목표로 제1차 항만정보화 기본계획을 수립하였다.",
             ("제1차 항만정보화 기본계획", "egov:hasGoal", "대국민 서비스 향상")),
            ("1996년 8월 해운청이 발족하였고, 이듬해 5월 항만기록원이 설립되었다.",
             ("항만기록원", "egov:beganIn", "1997-05")),
            ("2007년 대규모 해킹 사태에 대응하여 항만부는 항만보안 종합계획을 마련하였다.",
             ("항만보안 종합계획", "egov:respondsTo", "대규모 해킹 사태")),
            ("한국항만원 원장은 홍길동이다.", ("홍길동", "egov:holdsOffice", "원장")),
        ],
    )  # fmt: skip
    def test_a_sentence_says_what_it_says(self, text: str, expected: tuple[str, str, str]) -> None:
        """Dates, names, bodies and what became of them, in Korean word order."""
        assert expected in facts(text)

    @pytest.mark.parametrize(
        "text",
        [
            "「해양기록법」은 2001년에 제정되지 않았다.",
            "국회는 2027년 「해양기록법」을 제정할 예정이다.",
            "정부는 「해양기록법」 제정을 검토하였다.",
            "정부는 「해양기록법」 제정을 추진하였다.",
            "「해양기록법」은 2001년에 제정되었는가?",
            "만약 「해양기록법」이 2001년에 제정되었다면 달랐을 것이다.",
            "「해양기록법」은 2001년에 제정된 것으로 추정된다.",
            "2027년 통합민원 포털 개통 예정",
            "항만부는 통합민원 포털을 2027년까지 구축하기로 하였다.",
            "항만부는 통합민원 포털을 구축하지 못하였다.",
        ],
    )
    def test_what_is_denied_planned_asked_or_guessed_is_no_fact(self, text: str) -> None:
        """Endings decide whether anything is claimed."""
        assert not {f for f in said(text) if f[1] not in ("egov:memberCount", "skos:altLabel")}

    def test_two_events_of_one_sentence_are_no_merger(self) -> None:
        """통합되었으며, … 신설되었다: what was founded is not what the others became."""
        found = said("해운센터와 항만청이 통합되었으며, 수산청이 신설되었다.")

        assert not {f for f in found if f[1] == "egov:mergedInto"}

    def test_a_level_of_government_is_no_person(self) -> None:
        """Local, central and electronic government are not named after anybody."""
        text = (
            "지방 정부는 전자민원 종합계획을 수립하였다. 중앙 정부가 디지털 사업을 추진하였다. 안전행정부로 개편되었다."
        )

        assert not {f for f in facts(text) if f[1] in ("egov:headedBy", "egov:initiatedBy", "egov:advancedBy")}

    def test_the_decree_is_not_the_act(self) -> None:
        """A longer title is another title: 시행령 has dates of its own."""
        found = said("전자정부법 시행령은 2001년 6월 30일 제정되었다.")

        assert not {f for f in found if f[0] == "전자정부법"}
        assert ("전자정부법 시행령", "egov:enactedIn", "2001-06-30") in found

    def test_a_head_of_a_body_is_not_the_body(self) -> None:
        """A name ends where particles begin: 항만기록원장 is a person's title."""
        assert not said("항만기록원장은 2001년에 설립되었다.")

    def test_a_cited_work_shields_its_words(self) -> None:
        """홍길동·김철수(2019) are authors, and 2019 dates their work."""
        found = facts("홍길동·김철수(2019)는 통합민원 포털을 분석하였다.")

        assert not {f for f in found if f[0] == "통합민원 포털" and f[2] == "2019"}


class TestDiscourse:
    def test_this_plan_and_this_act_are_those_before(self) -> None:
        """이 계획, 이 법 and 동 위원회 mean the nearest thing with that noun."""
        found = said("1978년 제1차 항만전산화 기본계획이 수립되었다. 총무처가 이 계획을 주관하였다.")

        assert ("제1차 항만전산화 기본계획", "egov:coordinatedBy", "총무처") in found

    def test_a_subject_goes_on_over_verbs_but_not_over_another_subject(self) -> None:
        """설립되어 … 관리하였다 share a subject; -면서 opens the door for another."""
        found = said("한국항만원이 설립되어 국가항만망을 관리하였다.")

        assert ("국가항만망", "egov:managedBy", "한국항만원") in found

    def test_another_country_is_not_korea(self) -> None:
        """A Korean text about Estonia mints nothing of Korea."""
        text = (
            "에스토니아는 2001년 ‘엑스로드’를 도입하였다. 경제통신부가 이를 총괄한다. 2011년 정보시스템청이 설립되었다."
        )
        extraction = EXTRACTOR.extract(document_from_text(text, "example.txt"))

        assert not [t.id for t in extraction.things.values() if "/kr/" in t.id]
        assert [t.id for t in extraction.things.values() if "/ee/" in t.id]


class TestStructure:
    def test_a_list_of_acts_dates_each_under_its_title(self) -> None:
        """Number and dates below a title are the act's; those of an amendment are not."""
        found = said(
            "관련 법령 연혁\n\n○ 해양기록법\n - 제정: 법률 제1234호, 2001. 3. 28. 제정, 2001. 7. 1. 시행\n"
            " - 전부개정: 법률 제5678호, 2010. 2. 4., 2010. 5. 5. 시행\n - 소관부처: 항만부\n"
        )

        assert ("해양기록법", "egov:actNumber", "1234") in found
        assert ("해양기록법", "egov:enactedIn", "2001-03-28") in found
        assert ("해양기록법", "egov:inForceFrom", "2001-07-01") in found
        assert ("항만부", "egov:responsibleFor", "해양기록법") in found
        assert not {f for f in found if f[2].startswith("2010") or f[2] == "5678"}

    def test_a_chronology_dates_its_entries(self) -> None:
        """A date opens the line, and several things happened in it."""
        found = said(
            "연혁\n\n ○ 1996. 8. 해양기록법 제정\n ○ 2002년 11월 통합민원 포털(www.port.example) 개통\n"
            " ○ 1987년 : 한국항만원 설립, 항만전산망 기본계획 수립\n"
        )

        assert ("해양기록법", "egov:enactedIn", "1996-08") in found
        assert ("통합민원 포털", "egov:beganIn", "2002-11") in found
        assert ("한국항만원", "egov:beganIn", "1987") in found
        assert ("항만전산망 기본계획", "egov:beganIn", "1987") in found

    def test_an_entry_is_about_the_name_before_its_colon(self) -> None:
        """엑스포트(X-Port): 2001년 구축된 … 플랫폼으로, …: all of it is said of the name."""
        found = said("주요 시스템\n\n ○ 엑스포트(X-Port): 2001년 구축된 정보 연계 플랫폼으로, 항만정보청이 관리한다.\n")

        assert ("엑스포트", "skos:altLabel", "X-Port") in found
        assert ("엑스포트", "egov:beganIn", "2001") in found
        assert ("엑스포트", "egov:managedBy", "항만정보청") in found

    def test_a_row_with_a_date_dates_what_stands_beside_it(self) -> None:
        """시기 | 주요 사업 | 내용: the second cell names it, the third describes it."""
        found = said(
            "# 항만시 연혁\n\n| 시기 | 주요 사업 | 내용 |\n|---|---|---|\n"
            "| 1999년 4월 | 민원공개시스템(OPEN) | 과정 공개 |\n"
            "| 2016년 | 항만디지털재단 설립 | 정책 연구 |\n"
        )

        assert ("민원공개시스템", "egov:dated", "1999-04") in found
        assert ("민원공개시스템", "egov:acronym", "OPEN") in found
        assert ("항만디지털재단", "egov:beganIn", "2016") in found

    def test_a_stage_has_accomplished_what_its_row_says(self) -> None:
        """The law is enacted in the stage; the rest are accomplishments."""
        found = said(
            "# 발전\n\n| 단계 | 기간 | 주요 내용 |\n|---|---|---|\n"
            "| 항만전산화 | 1978~1986 | 제1차 항만전산화 기본계획 수립, 해양기록법 제정 |\n"
        )

        assert ("제1차 항만전산화 기본계획", "egov:accomplishedIn", "항만전산화") in found
        assert ("해양기록법", "egov:enactedInStage", "항만전산화") in found

    def test_plans_of_one_title_follow_each_other(self) -> None:
        """제2차 follows 제1차 of the same title."""
        found = said("1978년 제1차 항만전산화 기본계획이 수립되었다. 1983년 제2차 항만전산화 기본계획이 수립되었다.")

        assert ("제1차 항만전산화 기본계획", "egov:followedBy", "제2차 항만전산화 기본계획") in found

    def test_a_chain_of_names_links_each_to_the_next(self) -> None:
        """A로 출발해 B로 이름을 바꾸었고, C와 통합하면서 D가 되었다."""
        found = said(
            "항만진흥원은 1987년 한국항만원으로 출발해 2006년 한국항만사회진흥원으로 이름을 바꾸었고, "
            "2009년 한국해운진흥원과 통합하면서 한국항만해운진흥원이 되었다."
        )

        assert ("한국항만원", "egov:renamedTo", "한국항만사회진흥원") in found
        assert ("한국항만사회진흥원", "egov:mergedInto", "한국항만해운진흥원") in found
        assert ("한국해운진흥원", "egov:mergedInto", "한국항만해운진흥원") in found
        assert ("한국항만해운진흥원", "egov:beganIn", "2009") in found


class TestReports:
    TEXT = (
        "# 항만 데이터 플랫폼의 성과\n\n본 연구는 항만 데이터 플랫폼을 분석하였다. "
        "이를 위해 문헌조사와 담당 공무원 설문조사를 실시하였다. "
        "분석 결과, 예산의 부족, 인증 절차의 장기화가 전환을 저해하는 요인으로 확인되었다. "
        "조직의 저항은 장애요인으로 확인되지 않았다. 데이터 표준을 마련해야 한다. "
        "항만부는 인증 절차를 간소화하여야 한다."
    )

    def test_methods_barriers_and_advice_are_those_of_the_report(self) -> None:
        """Phrases are cut from the sentence; what was not confirmed is left out."""
        found = {(p, o) for _, p, o in facts(self.TEXT)}

        assert ("egov:usesMethod", "문헌조사") in found
        assert ("egov:usesMethod", "담당 공무원 설문조사") in found
        assert ("egov:reports", "예산의 부족") in found
        assert ("egov:reports", "인증 절차의 장기화") in found
        assert ("egov:hampers", "전환") in found
        assert ("egov:recommends", "데이터 표준") in found
        assert ("egov:recommends", "인증 절차를 간소화") in found
        assert ("egov:toBeProvidedBy", "항만부") in found
        assert "조직의 저항" not in {o for _, o in found}


def test_a_day_in_brackets_may_be_of_what_follows_it() -> None:
    """The entry's own day stands in front; the brackets tell what it answered."""
    found = said("2003. 12. 항만침해대응센터 개소(같은 해 1월 25일 발생한 대란에 대한 후속 조치)")

    assert {f for f in found if f[1] == "egov:beganIn"} == {("항만침해대응센터", "egov:beganIn", "2003-12")}
