"""What Korean texts say of bodies without a verb of the rules: leaders, parts, duties, kinds, legal bases."""

from __future__ import annotations

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.extraction import facts_table, load_extractor
from egov_kg.extraction.tokens import fold

EXTRACTOR = load_extractor(data())
HISTORY = "항만기록원 연혁\n\n항만기록원은 2001년 설립되었다.\n\n"


def said(text: str) -> set[tuple[str, str, str]]:
    """Return the facts of a text, labels folded, without those on the document itself."""
    rows = facts_table([EXTRACTOR.extract(document_from_text(text, "note.txt"))])
    return {
        (fold(r["subject"]), r["relation"], fold(r["object"])) for r in rows if r["subject_class"] != "egov:Document"
    }


def holds(found: set[tuple[str, str, str]], subject: str, relation: str, obj: str) -> bool:
    """Return whether a fact is among those found."""
    return (fold(subject), relation, fold(obj)) in found


class TestLeaders:
    @pytest.mark.parametrize(
        ("text", "body", "person"),
        [
            ("항만청이 2001년 설립되었다. 초대 청장은 홍길동이다.", "항만청", "홍길동"),
            (
                "라트비아 항만부가 2011년 신설되었다. 초대 장관에는 안나 베르지냐 의원이 임명되었다.",
                "항만부",
                "안나 베르지냐",
            ),
            ("항만청이 2001년 설립되었다. 2004년에는 임꺽정이 그 뒤를 이어 청장직을 맡았다.", "항만청", "임꺽정"),
            ("항만기록원(원장 홍길동)은 2001년 설립되었다.", "항만기록원", "홍길동"),
            ("홍길동 항만청장은 새 계획을 밝혔다.", "항만청", "홍길동"),
        ],
    )
    def test_who_heads_a_body_is_said_in_many_ways(self, text: str, body: str, person: str) -> None:
        """By a copula, by an appointment, by who took over, in brackets, in one word with the title."""
        assert holds(said(text), body, "egov:headedBy", person)

    @pytest.mark.parametrize(
        "text",
        [
            "항만청이 2001년 설립되었다. 청장은 임명되지 않았다.",
            "항만청이 2001년 설립되었다. 초대 청장에는 홍길동이 임명되지 않았다.",
            "항만부가 2001년 신설되었다. 홍길동 항만부 차관은 새 계획을 밝혔다.",
            "항만부가 2001년 신설되었다. 장관은 이 문제가 중요하다고 말했다.",
        ],
    )
    def test_nobody_heads_a_body_by_less(self, text: str) -> None:
        """A vice minister does not, nor who was not appointed."""
        assert not [f for f in said(text) if f[1] == "egov:headedBy"]


class TestParts:
    def test_what_a_body_has_is_part_of_it(self) -> None:
        """Names in the list need no telling noun: the list tells that they are bodies."""
        found = said("항만부는 산하기관으로 항만산업서(PIA)와 해운안전원을 두고 있다.")

        assert holds(found, "항만산업서", "egov:subOrganizationOf", "항만부")
        assert holds(found, "해운안전원", "egov:subOrganizationOf", "항만부")
        assert holds(found, "항만산업서", "egov:acronym", "PIA")

    def test_units_below_a_head_are_parts_of_the_body_of_the_page(self) -> None:
        """Of "조직은 원장 아래 …" says it of the body that the page is about."""
        found = said(HISTORY + "조직은 원장 아래 기획과, 항만자료과 등을 두고 있으며, 본원은 항구에 있다.")

        assert holds(found, "항만자료과", "egov:subOrganizationOf", "항만기록원")

    def test_what_is_to_be_set_up_is_no_part(self) -> None:
        """A plan is none."""
        found = said("항만부는 산하기관으로 해운안전원을 둘 예정이다.")

        assert not [f for f in found if f[1] == "egov:subOrganizationOf"]

    def test_tasks_pass_from_each_body_of_a_list(self) -> None:
        """Of "A의 … 업무와 B의 기능이 X로 이관되었다"."""
        found = said("2010년 해운부의 전자정부 업무와 어업청의 통계 기능 등이 항만부로 이관되었다.")

        assert holds(found, "해운부", "egov:functionsPassedTo", "항만부")
        assert holds(found, "어업청", "egov:functionsPassedTo", "항만부")

    def test_tasks_that_stay_pass_to_nobody(self) -> None:
        """Negated."""
        found = said("해운부의 전자정부 업무는 항만부로 이관되지 않았다.")

        assert not [f for f in found if f[1] == "egov:functionsPassedTo"]

    def test_a_line_of_a_history_puts_the_body_of_then_under_another(self) -> None:
        """The body under the name that it bore at that time."""
        found = said(
            "항만기록원 연혁\n\n- 2005. 11. 항만자료센터 출범\n- 2008. 2. 해양항만부 소속으로 이관\n"
            "- 2017. 1. 항만기록원으로 명칭 변경\n"
        )

        assert holds(found, "항만자료센터", "egov:subOrganizationOf", "해양항만부")
        assert holds(found, "항만자료센터", "egov:renamedTo", "항만기록원")


class TestDuties:
    @pytest.mark.parametrize(
        ("text", "fact"),
        [
            ("항만기록원은 항만부 산하 책임운영기관이다.", ("항만기록원", "dcterms:type", "책임운영기관")),
            ("해운안전원이 행정법인 형태로 설립되었다.", ("해운안전원", "dcterms:type", "행정법인")),
            (
                "항만기록원은 선박 기록을 한곳에 모아 보호하기 위하여 설립된 공공기관이다.",
                ("항만기록원", "egov:hasMission", "선박 기록을 한곳에 모아 보호"),
            ),
            (
                HISTORY + "주요 기능은 항만 통계의 관리, 선박 자료의 보존이다.",
                ("항만기록원", "egov:hasMission", "선박 자료의 보존"),
            ),
            ("항만부가 국가 해운 정책을 총괄한다.", ("국가 해운 정책", "egov:coordinatedBy", "항만부")),
            ("선박 등록 업무는 해운청이 맡고 있다.", ("해운청", "egov:responsibleFor", "선박 등록 업무")),
            (HISTORY + "운영 근거는 「항만기록법」에 두고 있다.", ("항만기록원", "egov:foundedUnder", "항만기록법")),
        ],
    )
    def test_a_body_is_told_by_what_it_is_and_does(self, text: str, fact: tuple[str, str, str]) -> None:
        """Its kind, its mission, what it is in charge of, the act that it rests on."""
        assert holds(said(text), *fact)

    @pytest.mark.parametrize(
        ("text", "relation"),
        [
            ("항만기록원은 공공기관이 아니다.", "dcterms:type"),
            ("선박 등록 업무는 해운청이 맡지 않는다.", "egov:responsibleFor"),
            ("항만부가 국가 해운 정책을 총괄하지 않는다.", "egov:coordinatedBy"),
        ],
    )
    def test_what_a_text_denies_is_no_duty(self, text: str, relation: str) -> None:
        """Negated kinds and charges give nothing."""
        assert not [f for f in said(text) if f[1] == relation]


class TestNames:
    def test_a_list_of_pairs_renames_each_by_its_own(self) -> None:
        """The name behind a topic is what that topic became."""
        found = said("외무부는 외교부로, 어업부는 수산부, 해운부는 항만부로 개편되었다.")

        assert {f for f in found if f[1] == "egov:renamedTo"} == {
            ("외무부", "egov:renamedTo", "외교부"),
            ("어업부", "egov:renamedTo", "수산부"),
            ("해운부", "egov:renamedTo", "항만부"),
        }

    def test_a_system_of_the_next_generation_is_another_system(self) -> None:
        """Its date is not that of the one before it."""
        found = said("통합항만관리시스템(이하 '항만온')은 2002년 개통되었다. 차세대 항만온은 2025년 개통되었다.")

        assert holds(found, "차세대 항만온", "egov:beganIn", "2025")
        assert not holds(found, "통합항만관리시스템", "egov:beganIn", "2025")

    def test_a_body_begins_under_the_name_that_it_had_then(self) -> None:
        """Of "X는 1987년 Y로 설립되었다": Y began, and was X later."""
        found = said("한국항만진흥원은 1987년 한국항만원으로 설립되었다.")

        assert holds(found, "한국항만원", "egov:beganIn", "1987")
        assert holds(found, "한국항만원", "egov:renamedTo", "한국항만진흥원")
        assert not holds(found, "한국항만진흥원", "egov:beganIn", "1987")

    def test_a_ministry_of_finance_is_no_government(self) -> None:
        """기획재정부 ends like a government and is a ministry."""
        found = said("기획재정부는 2007년 항만예산시스템을 개통하였다.")

        assert holds(found, "항만예산시스템", "egov:implementedBy", "기획재정부")

    def test_what_goes_on_into_a_plan_is_no_claim(self) -> None:
        """Of "구성해 … 선정할 예정": nothing was set up."""
        found = said("항만청은 항만평가위원회를 구성해 사업자를 선정할 예정이다.")

        assert not [f for f in found if f[1] == "egov:createdBy"]

    def test_brackets_behind_a_deed_tell_of_another_one(self) -> None:
        """Of "제정(법률 제1호, 2020. 12. 10. 시행)": the day in the brackets is not that of the making."""
        found = said("2020년 6월 9일 「항만기록법」이 제정(법률 제17370호, 2020. 12. 10. 시행)되었다.")

        assert holds(found, "항만기록법", "egov:inForceFrom", "2020-12-10")
        assert holds(found, "항만기록법", "egov:enactedIn", "2020-06-09")
        assert holds(found, "항만기록법", "egov:actNumber", "17370")


class TestStudies:
    STUDY = "항만 디지털화 연구\n\n본 연구는 항만 디지털화를 분석하였다. "

    def test_proposals_stand_behind_their_marks(self) -> None:
        """One recommendation for each mark."""
        rows = facts_table(
            [
                EXTRACTOR.extract(
                    document_from_text(
                        self.STUDY + "본 연구는 ① 재정 지원의 확대, ② 절차의 간소화를 제안한다.", "a.txt"
                    )
                )
            ]
        )

        assert {r["object"] for r in rows if r["relation"] == "egov:recommends"} == {
            "재정 지원의 확대",
            "절차의 간소화",
        }

    def test_factors_are_told_from_what_they_hold_back(self) -> None:
        """Each member of the list hampers what stands before the verb."""
        found = said(self.STUDY + "예산의 부족, 낮은 활용 능력은 확산을 가로막는 요인으로 나타났다.")

        assert holds(found, "낮은 활용 능력", "egov:hampers", "확산")

    def test_what_stopped_an_undertaking_hampered_it(self) -> None:
        """Of "우려와 미비로 … 중단되었다"."""
        found = said("선원전자신분증(SeaID) 사업은 개인정보 침해 우려와 법적 근거 미비로 2021년 중단되었다.")

        assert [f for f in found if f[1] == "egov:hampers" and f[0] == fold("법적 근거 미비")]


class TestReferences:
    def test_these_acts_are_all_those_of_the_list(self) -> None:
        """What is said of "이들 법률" is said of each."""
        found = said("「항만법」, 「해운법」이 2021년 국회에서 통과되었고, 이들 법률은 2022년 5월 1일 시행되었다.")

        assert holds(found, "항만법", "egov:inForceFrom", "2022-05-01")
        assert holds(found, "해운법", "egov:inForceFrom", "2022-05-01")

    def test_it_is_what_the_sentence_is_about(self) -> None:
        """An object "이를" is the topic where somebody else acts."""
        found = said("덴마크의 「선원법」은 2014년 제정되었고, 「항만법」이 2024년 시행되면서 이를 대체하였다.")

        assert holds(found, "항만법", "egov:replaces", "선원법")

    def test_a_city_is_called_city_again(self) -> None:
        """In "시는" the city named before acts."""
        found = said("나주시는 2020년 항만포털을 개통하였다. 시는 2021년 해운센터를 설치하였다.")

        assert holds(found, "해운센터", "egov:createdBy", "나주시")

    def test_a_short_set_is_the_set_of_that_number(self) -> None:
        """There are no two sets of eleven projects in one text."""
        found = said("위원회는 11대 항만과제를 선정하였다. 11대 과제에는 통합민원 포털, 항만조달 시스템이 포함되었다.")

        assert holds(found, "통합민원 포털", "egov:partOf", "11대 항만과제")

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("항만 소식\n\n2022. 1. 15.\n\n항만청은 지난달 20일 항만포털을 개통하였다.", "2021-12-20"),
            ("항만 소식\n\n2022. 1. 15.\n\n항만청은 지난 10월 항만포털을 개통하였다.", "2021-10"),
            ("항만청은 87년 항만포털을 개통하였다.", "1987"),
        ],
    )
    def test_months_and_short_years_of_news_are_read(self, text: str, day: str) -> None:
        """They are read against the day of the text."""
        assert holds(said(text), "항만포털", "egov:beganIn", day)

    def test_months_to_come_are_none(self) -> None:
        """In "오는 6월" nothing has begun."""
        found = said("항만 소식\n\n2022. 1. 15.\n\n항만청은 오는 6월 항만포털을 개통한다고 밝혔다.")

        assert not [f for f in found if f[1] == "egov:beganIn"]

    def test_the_ministry_in_a_list_of_acts_answers_for_them(self) -> None:
        """Nobody manages an act."""
        text = (
            "# 노르웨이 법령\n\n| 법령명 | 소관부처 | 공포일 |\n|---|---|---|\n"
            "| 항만기록법 | 항만부 | 2001년 3월 28일 |\n"
            "| 선원법 | 해운부 | 2004년 5월 1일 |\n"
        )

        rows = list(facts_table([EXTRACTOR.extract(document_from_text(text, "acts.md"))]))

        assert ("항만부", "egov:responsibleFor", "항만기록법") in {
            (r["subject"], r["relation"], r["object"]) for r in rows
        }
        assert not [r for r in rows if r["relation"] == "egov:managedBy"]


class TestBeginnings:
    def test_what_starts_to_run_has_begun(self) -> None:
        """The subject of "서비스를 시작하였다" began then, if it is a system."""
        assert holds(
            said("항만정보시스템이 2002년 9월 30일 서비스를 시작하였다."),
            "항만정보시스템",
            "egov:beganIn",
            "2002-09-30",
        )
        assert not [f for f in said("항만청은 2002년 서비스를 시작하였다.") if f[0] == "항만청"]

    def test_since_its_founding_tells_when_a_body_began(self) -> None:
        """In "1991년 설립 이후" the topic was founded."""
        assert holds(said("항만개발원은 1991년 설립 이후 교육을 확대하였다."), "항만개발원", "egov:beganIn", "1991")

    def test_another_noun_before_a_deed_is_what_was_done(self) -> None:
        """A plan to better a service is no beginning of the service."""
        found = said(
            "- 2019년 4월 : 항만정보통신 서비스 이용제도 개선방안 마련\n- 2019년 10월 : 항만조달 서비스 개시\n"
        )

        assert not [f for f in found if f[0] == fold("항만정보통신 서비스")]


class TestPhrases:
    def test_what_says_what_a_plan_is_is_no_goal_of_it(self) -> None:
        """The goals begin after the last clause; "제고" is a noun although it ends like a verb."""
        found = said("디지털 나루 계획은 섬 지역 주민을 돕는 사업으로, 행정 효율 제고와 국민 편의 증진을 목표로 한다.")
        goals = {fold(f[2]) for f in found if f[1] == "egov:hasGoal"}
        assert goals == {fold("행정 효율 제고"), fold("국민 편의 증진")}

    def test_a_duty_of_this_time_only_is_no_charge_of_a_body(self) -> None:
        """The duty of a body is said without "이번"."""
        assert said("항만부가 2001년 신설되었다. 항만부가 이번 대회의 홍보 업무를 총괄한다.") == said(
            "항만부가 2001년 신설되었다."
        )

    def test_a_local_government_does_not_end_with_what_it_finished(self) -> None:
        """A city of which the sentence speaks is not what was completed."""
        assert not [f for f in said("2016년 목포시는 완료되었다.") if f[1] == "egov:endedIn"]

    def test_a_branch_is_no_governor(self) -> None:
        """A "지사" is a branch after a region, a governor after a name."""
        assert not [f for f in said("항만공사 여수권지사는 쌀을 전했다.") if f[1] == "egov:holdsOffice"]
        assert holds(said("홍길동 지사는 새 계획을 밝혔다."), "홍길동", "egov:holdsOffice", "지사")
