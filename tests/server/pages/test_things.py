"""The page of a thing: every line with its origin, and behind each line the words or the rule that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.server.passages import gathered

if TYPE_CHECKING:
    from tests.server.pages.conftest import Element, Page, Site

ACT: Final = "/page/law/kr/e-government-act"
ORIGINS: Final = {"stated", "register", "derived", "linked", "possible", "conflict"}


def lines(page: Page, *, brief: bool = False) -> list[Element]:
    """Return the lines with facts: the ones at once on the page, or the more general ones in brief."""
    return [
        item
        for item in page.all("li")
        if any("facts" in e["class"].split() for e in item.around)
        and item.around[-2].name == "dd"
        and brief == any("general" in e["class"].split() for e in item.around)
    ]


def badges(page: Page, line: Element) -> list[str]:
    """Return the origins that a line shows, without those of premises behind it."""
    found = [b for b in page.inside(line, "span") if "badge" in b["class"].split() and b.around[-1] is line]
    return [b["class"].split()[1] for b in found]


class TestLines:
    @pytest.mark.parametrize("address", [ACT, "/page/administration/kr/kim-dae-jung", "/page/agency/kr/nia"])
    def test_each_have_one_origin(self, site: Site, address: str) -> None:
        """A reader sees of every line where it comes from, in a word and a shape besides the colour."""
        page = site.page(address)

        found = [[b for b in badges(page, line) if b != "conflict"] for line in lines(page)]

        assert len(found) > 3
        assert [one for one in found if len(one) != 1 or one[0] not in ORIGINS] == []
        assert all(b["data-mark"] and b.text for b in page.all("span") if "badge" in b["class"].split())

    @pytest.mark.parametrize("address", [ACT, "/page/administration/kr/kim-dae-jung"])
    def test_of_documents_quote_the_passage(self, site: Site, address: str) -> None:
        """Behind each stated line stand the words, the document and their place in it."""
        page = site.page(address)

        stated = [line for line in lines(page) if badges(page, line)[0] == "stated"]

        assert stated
        for line in stated:
            assert any(quote.text.strip() for quote in page.inside(line, "blockquote")), line.text
            assert any("characters" in a.text for a in page.inside(line, "a")), line.text

    def test_of_registers_name_the_source(self, site: Site) -> None:
        """Behind each line of a background source stands that source, with a way to it."""
        page = site.page(ACT)

        for line in (line for line in lines(page) if badges(page, line)[0] == "register"):
            captions = page.inside(line, "figcaption")
            assert captions, line.text
            assert all("Background source" in c.text and page.inside(c, "a") for c in captions), line.text

    def test_of_rules_show_the_rule_and_what_it_rests_on(self, site: Site) -> None:
        """Behind each derived line stand the rule, its premises with their own origins, and the whole proof."""
        page = site.page(ACT)
        derived = [line for line in lines(page) if badges(page, line)[0] == "derived"]

        assert derived
        for line in derived:
            assert any(code.text.startswith(("prp-", "cls-", "cax-")) for code in page.inside(line, "code")), line.text
            assert page.inside(line, "ul"), line.text
            (proof,) = [a for a in page.inside(line, "a") if a["href"].startswith("/explain")]
            assert site.get(proof["href"]).status_code == 200

    def test_that_only_restate_are_kept_apart_with_their_proof(self, site: Site) -> None:
        """What follows by a more general property stands below, each line with the way to its proof."""
        page = site.page(ACT)
        brief = lines(page, brief=True)

        assert brief
        for line in brief:
            (proof,) = [a for a in page.inside(line, "a") if a["href"].startswith("/explain")]
            assert site.get(proof["href"]).status_code == 200

    @pytest.mark.parametrize(
        "thing",
        [
            "law/kr/e-government-act",
            "administration/kr/kim-dae-jung",
            "agency/kr/nca",
            "time/kr/2001",
            "term/kr/kim-dae-jung",
        ],
    )
    def test_that_follow_all_stand_there_with_their_proof(self, site: Site, thing: str) -> None:
        """Every triple that rules derive about a thing, its classes and its labels too, leads to its whole proof."""
        subject, derived = ox.NamedNode(iri.thing_iri(thing)), ox.NamedNode(iri.graph_iri("entailed"))
        expected = {
            (q.predicate.value, q.object.value)
            for q in site.release.store().quads_for_pattern(subject, None, None, derived)
            if isinstance(q.object, ox.NamedNode | ox.Literal)
        }

        page = site.page(f"/page/{thing}")
        (section,) = [e for e in page.all("details") if e["class"] == "implied"]
        proofs = [a["href"] for a in page.inside(section, "a") if a["href"].startswith("/explain?")]
        asked = [dict(parse_qsl(urlsplit(address).query)) for address in proofs]

        assert {one["s"] for one in asked} == {subject.value}
        assert len(asked) == len(expected)
        assert {one["p"] for one in asked} == {predicate for predicate, _ in expected}
        for address in (proofs[0], proofs[-1]):
            assert "follows by" in site.get(address).text

    def test_never_say_the_same_twice(self, site: Site) -> None:
        """One property and one value are one line."""
        page = site.page("/page/administration/kr/kim-dae-jung")
        pairs = [(line.around[-3].text.split("\n")[1], page.inside(line, "a", "span")[0].text) for line in lines(page)]

        assert len(pairs) == len(set(pairs))

    def test_of_many_values_show_ten_and_the_way_to_all(self, site: Site) -> None:
        """A property with many values gives the first ten, the true number, and a query for all of them."""
        page = busiest(site)
        (more, *_) = [a for a in page.all("a") if a["href"].startswith("/sparql?query=")]
        group = next(e for e in reversed(more.around) if e.name == "dd")
        shown = [line for line in lines(page) if group in line.around]

        rows = site.page(more["href"]).rows()

        assert len(shown) == 10
        assert f"10 of {len(rows)} shown" in group.text or len(rows) > 10

    def test_show_what_points_here_under_the_inverse_name(self, site: Site) -> None:
        """An administration lists its laws as "enacted", which is how the ontology reads it from there."""
        page = site.page("/page/administration/kr/kim-dae-jung")
        names = {dt.text.strip(): dt.around[-1] for dt in page.all("dt")}

        assert ACT in [a["href"] for a in page.inside(names["enacted"], "a")]

    def test_open_as_a_query_that_gives_them(self, site: Site) -> None:
        """One click leads from a thing to a query with its IRI, which gives its facts."""
        page = site.page(ACT)
        (link,) = [a["href"] for a in page.all("a") if a["href"].startswith("/sparql?thing=")]

        text = site.page(link).one("textarea").text

        assert "<https://w3id.org/egov-kg/id/law/kr/e-government-act> ?property ?value" in text
        assert len(site.post("/sparql", query=text).rows()) > 5


def busiest(site: Site) -> Page:
    """Return the page of the thing to which most others point by one property."""
    counts: dict[tuple[str, str], int] = {}
    for quad in site.release.quads():
        if isinstance(quad.object, ox.NamedNode) and (thing := iri.id_of(quad.object.value)):
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            if graph.startswith(iri.graph_iri("background/")):
                counts[thing, quad.predicate.value] = counts.get((thing, quad.predicate.value), 0) + 1
    return site.page(f"/page/{max(counts, key=lambda key: (counts[key], key))[0]}")


class TestNotes:
    def test_a_law_whose_date_does_not_decide_says_so(self, small: Site) -> None:
        """Where only possible administrations follow, a box says that it is undecided and names them."""
        page = small.page("/page/law/kr/undecided")
        (note,) = [e for e in page.all("div") if e["class"] == "note"]

        assert "Undecided" in note.text
        assert [a.text for a in page.inside(note, "a")] == ["First administration", "Second administration"]

    @pytest.mark.parametrize("address", ["/page/law/kr/known", "/page/administration/kr/first"])
    def test_what_is_decided_has_no_such_box(self, small: Site, address: str) -> None:
        """A law of a known day, and what is no law, are not undecided."""
        assert [e for e in small.page(address).all("div") if e["class"] == "note"] == []

    def test_a_document_shows_the_notes_on_its_quality(self, small: Site) -> None:
        """What validation found about a document stands on its page, and nowhere among its facts."""
        page = small.page("/page/document/int/report")
        (note,) = [e for e in page.all("div") if e["class"] == "note"]

        assert "The report gives two years for one law." in note.text
        assert "quality note" not in page.one("main").text.replace(note.text, "").lower().replace(
            "notes on quality", ""
        )

    def test_a_fact_that_a_note_names_is_marked(self, small: Site) -> None:
        """A line in conflict carries a second badge."""
        page = small.page("/page/law/kr/hostile")

        assert [badges(page, line) for line in lines(page) if "Act of a known day" in line.text] == [
            ["stated", "conflict"]
        ]


class TestNames:
    def test_without_a_label_in_the_language_fall_back_and_say_so(self, small: Site) -> None:
        """A law that has only a Korean name shows it on the English page, marked as Korean, and the other way round."""
        korean = small.page("/page/law/kr/undecided", "en").one("h1")
        english = small.page("/page/law/kr/hostile", "ko").one("h1")

        assert (korean.text, korean["lang"]) == ("해가 알려진 법", "ko")
        assert english["lang"] == "en"

    def test_of_days_are_written_as_the_reader_writes_them(self, small: Site) -> None:
        """A day of the calendar has a name in each language."""
        assert "28 March 2001" in small.page("/page/law/kr/known", "en").one("main").text
        assert "2001년 3월 28일" in small.page("/page/law/kr/known", "ko").one("main").text

    def test_of_quoted_passages_carry_the_language_of_the_passage(self, small: Site) -> None:
        """On a Korean page an English quotation is marked as English, so that it is read out as such."""
        page = small.page("/page/law/kr/known", "ko")

        assert ("the act (2001)", "en") in {(q.text, q["lang"]) for q in page.all("blockquote")}


class TestDocuments:
    GRAPH: Final = "/graph/document/report-digest"

    def test_lead_to_the_list_of_what_they_state(self, small: Site) -> None:
        """Both the original work and its digest link to the graph with the facts."""
        for name in ("report", "report-digest"):
            assert self.GRAPH in small.page(f"/page/document/int/{name}").links()

    def test_list_their_facts(self, small: Site) -> None:
        """The page of a document's graph is a table of its facts, labels apart, under the document's name."""
        page = small.page(self.GRAPH)

        assert page.one("h1").text == "Digest of Report on laws"
        assert ["Act of a known day", "stated year", "2001"] in page.rows()
        assert "/page/document/int/report-digest" in page.links()

    def test_come_once_with_their_digest_on_the_first_page(self, small: Site) -> None:
        """The list of documents names the original with its year, and the digest that was read beside it."""
        page = small.page("/")
        items = [
            li for li in page.all("li") if "/page/document/int/report" in [a["href"] for a in page.inside(li, "a")]
        ]

        (item,) = items
        assert item.text.startswith("Report on laws (2015)")
        assert [a["href"] for a in page.inside(item, "a")] == [
            "/page/document/int/report",
            "/page/document/int/report-digest",
        ]


class TestPrint:
    def test_shows_all_evidence_opened(self, small: Site) -> None:
        """The view for print opens every "why", since paper has no buttons; the normal one opens none."""
        page, printed = small.page("/page/law/kr/known"), small.page("/page/law/kr/known?view=print")

        assert {"open" in d.attributes for d in page.all("details")} == {False}
        assert {"open" in d.attributes for d in printed.all("details")} == {True}
        assert any(a["href"].endswith("?view=print") for a in page.all("a"))


class TestEvidence:
    def test_with_the_same_words_of_the_same_document_is_gathered(self, small: Site) -> None:
        """The same words in two places are quoted once, with both places in the order of the text."""
        page = small.page("/page/law/kr/known")
        quotes = [q for q in page.all("blockquote") if q.text == "the act (2001)"]
        (quote,) = quotes

        places = [a.text for a in page.inside(quote.around[-1], "a") if "characters" in a.text]

        assert places == ["characters 7 to 21", "characters 40 to 54"]

    def test_of_documents_comes_before_registers(self) -> None:
        """Words are read first, sources after them."""
        source: dict[str, Any] = {"document": None, "source": {"iri": "s"}, "rule": "r", "quotes": [], "statement": "1"}
        words = {**source, "quotes": [{"exact": "a", "start": 5, "end": 6}], "statement": "2", "source": None}

        assert [e["quotes"] for e in gathered([source, words])] == [["a"], []]


class TestStatements:
    def test_and_spans_have_pages(self, small: Site) -> None:
        """One claim, and the words in their place, can be linked to."""
        assert "the act (2001)" not in small.page("/page/statement/1").one("h1").text
        assert "Act of a known day" in small.page("/page/statement/1").one("main").text
        assert small.page("/page/span/1").answer.status_code == 200


class TestLinksOutside:
    PUBLIC_DATA: Final = "/page/law/kr/public-data-act"

    def test_show_data_set_terms_and_confidence_at_once(self, site: Site) -> None:
        """And behind them the mapping set, which leads to its file, the parts of the score, and who reviewed it."""
        page = site.page(self.PUBLIC_DATA)

        found = [line for line in lines(page) if badges(page, line) == ["linked"]]

        assert len(found) == 2
        for line in found:
            assert "Data set: Korean statutes: promulgations, and statutes in force, 2026-06-08" in line.text
            assert "(public works of the Republic of Korea; metadata MIT) · confidence" in line.text
            assert "Reviewed by: reviewer/maintainers" in line.text
            assert "/mappings/kr-law-history" in {a["href"] for a in page.inside(line, "a")}
            assert any("veto=none" in code.text for code in page.inside(line, "code"))

    def test_are_shown_where_a_fact_rests_on_them(self, site: Site) -> None:
        """The day of the act: its register, the rule, and the link that the row was found by."""
        page = site.page(self.PUBLIC_DATA)

        (day,) = [line for line in lines(page) if line.text.startswith("30 July 2013") and "register" in line.text]

        assert badges(page, day) == ["register"]
        assert "Background source: Korean statutes: every promulgation" in day.text
        assert "register.enactment" in {code.text for code in page.inside(day, "code")}
        assert "It rests on the link: Act on Promotion of the Provision and Use of Public Data" in day.text
        assert "confidence 1.0000" in day.text

    @pytest.mark.parametrize(
        ("lang", "follows", "register"),
        [
            (
                "en",
                "because 30 July 2013 lies in its term of office, 25 February 2013 to 10 March 2017",
                "Background source",
            ),
            ("ko", "2013년 7월 30일: 이 정부의 임기(2013년 2월 25일 ~ 2017년 3월 10일) 안", "배경 자료"),
        ],
    )
    def test_tell_day_register_and_how_the_administration_follows_before_anything_is_opened(
        self, site: Site, lang: str, follows: str, register: str
    ) -> None:
        """The act on public data is "(2013)" in its document, a year of two administrations; its page has more."""
        page = site.page(self.PUBLIC_DATA, lang)

        open_words = []
        for line in lines(page):
            hidden = " ".join(one.text for one in page.inside(line, "details"))
            open_words.append(" ".join(line.text.removesuffix(hidden).split()))

        assert any(follows in one for one in open_words)
        day = {"en": "30 July 2013", "ko": "2013년 7월 30일"}[lang]
        assert any(
            one.startswith(day) and f"{register}: Korean statutes: every promulgation" in one for one in open_words
        )

    def test_are_in_the_proof_of_the_administration(self, site: Site) -> None:
        """From the administration down to the day, the register and the link."""
        act, ours = f"{iri.BASE}id/law/kr/public-data-act", f"{iri.BASE}id/administration/kr/park-geun-hye"
        page = site.page(f"/explain?s={act}&p=egov:enactedUnder&o={ours}")

        assert any(p.text.startswith("It rests on the link: Act on Promotion of the Provision") for p in page.all("p"))
        assert "/page/text/law-go-kr/142444" in {a["href"] for a in page.all("a")}

    def test_have_a_statement_whose_every_address_answers(self, site: Site) -> None:
        """Also that of the reviewer, who is no thing of the graph."""
        page = site.page(self.PUBLIC_DATA)
        (line,) = [one for one in lines(page) if badges(page, one) == ["linked"] and "confidence 1.0000" in one.text]
        (statement,) = [a["href"] for a in page.inside(line, "a") if a["href"].startswith("/page/statement/")]

        ways = {a["href"] for a in site.page(statement).all("a") if a["href"].startswith("/page/")}

        assert "/page/reviewer/maintainers" in ways
        assert [way for way in ways if site.page(way).answer.status_code != 200] == []

    def test_lead_to_a_page_that_tells_what_is_linked(self, site: Site) -> None:
        """A thing of others has no facts here, but a name, and what points at it."""
        page = site.page("/page/text/law-go-kr/142444")

        assert [h.text for h in page.all("h1")] == ["공공데이터의 제공 및 이용 활성화에 관한 법률"]
        assert any(badges(page, line) == ["linked"] for line in lines(page))
