"""Asking: the query page with its table and its errors, the named questions with their forms, and the search."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from egov_kg.server.searching import Name, best_names

if TYPE_CHECKING:
    from tests.server.pages.conftest import Site

QUERIES: Final = Path(__file__).parents[3] / "queries"
ENACTED: Final = (
    "PREFIX egov: <https://w3id.org/egov-kg/ontology#>\n"
    "SELECT ?law ?by WHERE { ?law egov:enactedUnder ?by } ORDER BY ?law"
)


class TestQueryPage:
    def test_answers_with_a_table_and_its_downloads(self, site: Site) -> None:
        """The rows stand below the query, which stays; each format is a button that sends the same query."""
        page = site.post("/sparql", query=ENACTED)
        buttons = [b["value"] for b in page.all("button") if b["name"] == "format"]
        hidden = [i["value"] for i in page.all("input") if i["name"] == "query"]

        assert ["egov:enactedUnder" in text for text in hidden] == [True]
        assert page.one("textarea").text == ENACTED
        assert ["law/kr/e-government-act", "administration/kr/kim-dae-jung"] in page.rows()
        assert buttons == ["csv", "csv-excel", "tsv", "json", "xml"]
        assert "/page/law/kr/e-government-act" in page.links()

    @pytest.mark.parametrize(("query", "words"), [("ASK { ?s ?p ?o }", "Yes"), ("ASK { ?s ?s ?s }", "No")])
    def test_says_yes_or_no(self, site: Site, query: str, words: str) -> None:
        """A boolean is a sentence."""
        assert words in site.post("/sparql", query=query).one("main").text

    def test_says_that_nothing_matches(self, site: Site) -> None:
        """An empty table is a sentence too."""
        assert "nothing in the graph matches" in site.post("/sparql", query="SELECT ?s { ?s ?s ?s }").one("main").text

    def test_shows_a_graph_as_turtle(self, site: Site) -> None:
        """A CONSTRUCT comes as text that can be read, with buttons for the formats of graphs."""
        page = site.post("/sparql", query="CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2")

        assert page.all("pre")
        assert [b["value"] for b in page.all("button") if b["name"] == "format"] == ["ttl", "nt", "jsonld", "rdf"]

    def test_marks_the_place_of_a_mistake_and_keeps_the_query(self, site: Site) -> None:
        """A syntax error names line and column, shows the line with a caret, and loses nothing that was typed."""
        query = "SELECT ?law\nWHERE { ?law a egov:Law }"

        page = site.post("/sparql", query=query)

        (alert,) = [e for e in page.all("div") if e["role"] == "alert"]
        (excerpt,) = page.inside(alert, "pre")
        line, caret = excerpt.text.split("\n")
        assert page.answer.status_code == 400
        assert "Line 2, column" in alert.text
        assert line == "WHERE { ?law a egov:Law }"
        assert line[caret.index("^") :].startswith(("egov", ":Law", "a egov"))
        assert page.one("textarea").text == query
        assert page.one("textarea")["aria-describedby"] == alert["id"]

    def test_fills_in_an_example(self, site: Site) -> None:
        """A link to an example opens it with its parameters written out, and runs nothing."""
        page = site.page("/sparql?example=laws-by-administration&administration=administration/kr/kim-dae-jung")

        assert "<https://w3id.org/egov-kg/id/administration/kr/kim-dae-jung>" in page.one("textarea").text
        assert page.rows() == []


class TestNamedQuestions:
    @pytest.mark.parametrize("lang", ["en", "ko"])
    @pytest.mark.parametrize("name", sorted(path.stem for path in QUERIES.glob("*.rq")))
    def test_have_a_page_each(self, site: Site, name: str, lang: str) -> None:
        """Each query is a page with its question, its text, snippets and downloads."""
        page = site.page(f"/queries/{name}", lang)
        links = page.links()

        assert f"/queries/{name}" not in page.one("h1").text
        assert any(link.startswith(f"/queries/{name}.csv") for link in links) or not page.rows()
        assert len(page.all("pre")) >= 5

    def test_name_things_in_the_language_of_the_page(self, site: Site) -> None:
        """Whoever did not choose a language for names gets that of the page; caches keep the two apart."""
        english, korean = (site.page("/queries/laws-by-administration", lang) for lang in ("en", "ko"))

        assert any(row[:2] == ["E-Government Act", "Kim Dae-jung administration"] for row in english.rows())
        assert any(row[:3] == ["전자정부법", "김대중 정부", "확실"] for row in korean.rows())
        assert english.answer.headers["etag"] != korean.answer.headers["etag"]
        assert any(link.startswith("/queries/laws-by-administration.csv?lang=ko") for link in korean.links())

    def test_let_the_reader_choose_another_language(self, site: Site) -> None:
        """The language of the address wins, for the page and for the names."""
        page = site.page("/queries/laws-by-administration?lang=ko", "en")

        assert page.one("html")["lang"] == "ko"
        assert any(row[0] == "전자정부법" for row in page.rows())

    def test_leave_data_as_it_is(self, site: Site) -> None:
        """Programs get the default language whatever they accept: the same address is the same data."""
        first, second = (site.get("/queries/laws-by-administration.csv", lang).content for lang in ("en", "ko"))

        assert first == second

    def test_keep_what_was_chosen(self, site: Site) -> None:
        """A parameter of the address stays chosen in the form and narrows the rows."""
        page = site.page("/queries/laws-by-administration?administration=administration/kr/kim-dae-jung&law=")
        chosen = [o["value"] for o in page.all("option") if "selected" in o.attributes]

        assert chosen == ["administration/kr/kim-dae-jung"]
        assert {row[1] for row in page.rows()} == {"Kim Dae-jung administration"}

    def test_tie_a_bad_value_to_its_field(self, site: Site) -> None:
        """A day that is none comes back in its field, marked, with the reason beside it."""
        page = site.page("/queries/laws-in-force-on?day=yesterday", status=400)
        (field,) = [i for i in page.all("input") if i["name"] == "day"]
        (reason,) = [e for e in page.elements if e["id"] == field["aria-describedby"]]

        assert (field["value"], field["aria-invalid"]) == ("yesterday", "true")
        assert "yesterday" in reason.text


class TestSearch:
    def test_finds_korean_syllables_inside_compounds(self, site: Site) -> None:
        """정부 stands inside 전자정부법, which has no spaces; two syllables are enough."""
        names = [row[0] for row in site.page("/search?q=정부", "ko").rows()]

        assert "전자정부법" in names

    @pytest.mark.parametrize("text", ["NIA", "nia"])
    def test_leads_straight_to_the_only_thing_of_that_name(self, site: Site, text: str) -> None:
        """An acronym, in any case, is a whole name: the reader is on the page at once."""
        answer = site.get(f"/search?q={text}")

        assert (answer.status_code, answer.headers["location"]) == (303, "/page/agency/kr/nia")

    def test_keeps_the_language_on_that_way(self, site: Site) -> None:
        """Who chose Korean stays in it."""
        assert site.get("/search?q=NIA&lang=ko").headers["location"] == "/page/agency/kr/nia?lang=ko"

    def test_finds_act_numbers(self, site: Site) -> None:
        """The number of an act is a name of it."""
        assert site.get("/search?q=11956").headers["location"] == "/page/law/kr/public-data-act"

    def test_of_nothing_asks_for_a_word(self, site: Site) -> None:
        """An empty box is no error."""
        assert "Type a name" in site.page("/search?q=").one("main").text

    def test_of_what_is_nowhere_says_so(self, site: Site) -> None:
        """Nothing found is a sentence with advice, and what was typed stays in the box."""
        page = site.page("/search?q=zzzqqq")

        assert "Nothing is called “zzzqqq”" in page.one("main").text
        assert [i["value"] for i in page.all("input") if i["type"] == "search"] == ["zzzqqq"]

    def test_of_a_whole_page_looks_at_its_beginning(self, site: Site) -> None:
        """Very long texts are cut, not refused."""
        page = site.page(f"/search?q={'x' * 5000}")

        assert [len(i["value"]) for i in page.all("input") if i["type"] == "search"] == [200]

    def test_answers_programs_too(self, site: Site) -> None:
        """The same hits come as JSON, with IRI, labels, class and the name that matched."""
        hits = json.loads(site.get("/search?q=전자정부법&format=json").content)

        assert hits[0]["iri"] == "https://w3id.org/egov-kg/id/law/kr/e-government-act"
        assert (hits[0]["class"], hits[0]["matched"], hits[0]["lang"]) == ("egov:Law", "전자정부법", "ko")


class TestRanking:
    NAMES: Final = tuple(
        Name.of(thing, text, "")
        for thing, text in {
            "a": "E-Government Act",
            "b": "Public E-Government plan",
            "c": "민원・복지서비스",
            "d": "digital agency (IT)",
            "e": "Act",
        }.items()
    )

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("act", ["e", "a"]),
            ("egovernment", ["a", "b"]),
            ("E GOVERNMENT", ["a", "b"]),
            ("it", ["d"]),
            ("민원·복지", ["c"]),
            ("복지", ["c"]),
            ("plan public", ["b"]),
            ("vernment", []),
            ("", []),
            ("…", []),
        ],
    )
    def test_puts_whole_names_first_and_letters_before_signs(self, text: str, found: list[str]) -> None:
        """Whole, beginning, inside, words apart; case, spaces, hyphens and kinds of middle dot do not count."""
        assert [name.thing for name, _ in best_names(self.NAMES, text)] == found
