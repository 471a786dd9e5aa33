"""Words of SPARQL are told apart from comments, strings, IRIs and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QuerySolutions, Store

from egov_kg.sparql.lexer import line_and_column, prologue, tokens


class TestTokens:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("SELECT*{?s ?p ?o}", ["SELECT"]),
            ("# SERVICE\nASK", ["ASK"]),
            ('\'SERVICE\' "SERVICE" \'\'\'SERVICE \' \n\'\'\' """a""SERVICE"""', []),
            ("<http://x/SERVICE#SERVICE> ASK", ["ASK"]),
            ("ex:SERVICE :SERVICE _:SERVICE ?SERVICE $SERVICE", []),
            ('"a"@service-kr SERVICE', ["SERVICE"]),
            ("ex:a\\#SERVICE ex:%23SERVICE", []),
            ("'it\\'s SERVICE' a", ["a"]),
            ("'open SERVICE\n", ["open", "SERVICE"]),
            ("1.5e3SERVICE", ["SERVICE"]),
            ("FILTER(?a<?b)SERVICE", ["FILTER", "SERVICE"]),
            ("전자:정부 SERVICE", ["SERVICE"]),
        ],
    )
    def test_only_bare_words_are_words(self, text: str, words: list[str]) -> None:
        """A keyword inside a comment, a string, an IRI or a name is none."""
        found = [token.text for token in tokens(text) if token.kind == "word"]

        assert found == words

    @pytest.mark.parametrize("name", ["हिन्दी", "ไทยคำ", "বাংলা", "전자정부", "a·b", "café́", "x‿y", "é"])
    def test_names_are_those_of_the_grammar(self, name: str) -> None:
        """Vowel signs and accents that stand alone are parts of names of prefixes, things and variables."""
        text = f"PREFIX {name}: <http://x.example/> SELECT ?{name} {{ ?{name} {name}:{name} _:{name} }}"

        assert isinstance(Store().query(text), QuerySolutions)
        assert [t.text for t in tokens(text) if t.kind in {"pname", "variable", "blank"}] == [
            f"{name}:",
            f"?{name}",
            f"?{name}",
            f"{name}:{name}",
            f"_:{name}",
        ]
        assert dict(prologue(text).prefixes) == {name: "http://x.example/"}

    @pytest.mark.parametrize("sign", ["²", "ª", "µ", "—", " "])
    def test_what_the_grammar_has_not_ends_a_name(self, sign: str) -> None:
        """So that no keyword hides behind it."""
        assert [t.text for t in tokens(f"?x{sign}") if t.kind == "variable"] == ["?x"]

    @given(st.text(max_size=200))
    def test_every_character_is_white_space_or_in_one_token(self, text: str) -> None:
        """Nothing is skipped: what is between two tokens is white space."""
        end = 0
        for token in tokens(text, comments=True):
            assert text[end : token.start].strip() == ""
            assert text[token.start : token.start + len(token.text)] == token.text
            end = token.start + len(token.text)
        assert text[end:].strip() == ""


class TestPrologue:
    def test_prefixes_are_resolved_against_the_base_before_them(self) -> None:
        """BASE holds for the declarations after it, and may be given twice."""
        read = prologue("BASE <http://a.example/x/> PREFIX p: <y#> BASE <z/> PREFIX q: <w> SELECT * {}")

        assert dict(read.prefixes) == {"p": "http://a.example/x/y#", "q": "http://a.example/x/z/w"}

    @pytest.mark.parametrize(
        "text",
        [
            "INSERT DATA {}",
            "  # SELECT\n delete where {}",
            "PREFIX SELECT: <http://select.example/> CLEAR ALL",
            "BASE <http://x.example/> LOAD <y>",
            'VERSION "1.2" WITH <http://x.example/> DELETE {} WHERE {}',
        ],
    )
    def test_an_update_is_known_by_its_first_keyword(self, text: str) -> None:
        """What stands before it in comments and declarations does not matter."""
        assert prologue(text).is_update

    def test_a_declaration_needs_no_space(self) -> None:
        """The engine takes ``PREFIXex:`` as one."""
        read = prologue("PREFIXex:<http://a.example/>prefix:<http://b.example/>ASK{}")

        assert dict(read.prefixes) == {"ex": "http://a.example/", "": "http://b.example/"}
        assert read.form == "ASK"

    @pytest.mark.parametrize("text", ["", "   # nothing", "{}", "PREFIX", "PREFIX ex:", "BASE", "VERSION"])
    def test_a_text_without_a_keyword_has_no_form(self, text: str) -> None:
        """An unfinished prologue is for the engine to refuse."""
        assert prologue(text).form == ""


def test_columns_count_code_points() -> None:
    """One Hangul syllable is one column."""
    assert line_and_column("ASK {\n '법' }", 10) == (2, 5)
