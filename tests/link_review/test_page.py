"""The page of a review: one file with both sides, bits as bars, evidence; nothing in it runs or is loaded."""

from __future__ import annotations

import base64
import hashlib
import re

import httpx

from egov_kg.link_review import Cards, Desk, page
from egov_kg.store import Release
from tests.link_review.conftest import DAY, REVIEWER, row_of
from tests.server.pages.conftest import Page


def test_shows_every_row_under_how_it_stands(desk: Desk, release: Release) -> None:
    """With anchors that lead to each part, and to each row."""
    desk.decide(row_of(desk, 12), "yes", reviewer=REVIEWER, day=DAY, note="seen")
    desk.decide(row_of(desk, 11), "no", reviewer=REVIEWER, day=DAY)

    text = page(Cards(release, desk), desk, release)

    parts = re.findall(r'<section class="band" id="(\w+)">', text)
    assert parts == ["review", "veto", "accept", "accepted", "rejected"]
    assert all(f'href="#{name}"' in text for name in [*parts, "everything"])
    assert text.count('<article class="link-card"') == 6
    assert f'Decided by {REVIEWER} <time datetime="{DAY}">22 November 2026</time>: ' in text


def test_shows_both_sides_the_bits_and_the_words(desk: Desk, release: Release) -> None:
    """Names in both languages, columns of theirs, a bar for each part, the passage with the way to its document."""
    text = page(Cards(release, desk), desk, release, site="https://kg.example/")
    card = next(part for part in text.split("<article ")[1:] if "date (2001-03-28 against 2007-01-03)" in part)

    assert '<a href="https://kg.example/page/law/kr/e-government-act"' in card
    assert '<span lang="ko" dir="auto">전자정부법</span>' in card
    assert "<code>remark</code>" in card
    assert "retitled" in card
    assert card.count('<rect class="for"') == 3
    assert card.count('<rect class="against"') == 3
    assert 'aria-label="number: −4.3 bits"' in card
    assert re.search(r'<blockquote cite="https://kg\.example/page/document/[^"]+">E-Government act \(2001\)', card)


def test_leads_to_the_iris_themselves_where_there_is_no_server(desk: Desk, release: Release) -> None:
    """A file that is sent around has no links that lead nowhere."""
    text = page(Cards(release, desk), desk, release)

    links = re.findall(r'(?:href|cite)="([^"]*)"', text)
    assert f"{release.base}id/law/kr/e-government-act" in links
    assert "https://w3id.org/egov-kg/ontology#Law" in links
    assert all(one.startswith(("#", "http://", "https://")) for one in links)


def test_runs_nothing_and_loads_nothing(desk: Desk, release: Release) -> None:
    """No script, no style by attribute; the one style sheet is named by its digest, and all else is forbidden."""
    text = page(Cards(release, desk), desk, release)

    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src &#39;none&#39;; style-src &#39;sha256-{digest}&#39;" in text or (
        f"default-src 'none'; style-src 'sha256-{digest}'" in text
    )
    assert not re.search(r"<script|<img|<link|<iframe|\sstyle=|\son\w+=|javascript:|url\(", text)


def test_is_well_formed(desk: Desk, release: Release) -> None:
    """Elements close, ids stand once, headings skip no level, every reference within the page leads somewhere."""
    desk.decide(row_of(desk, 11), "no", reviewer=REVIEWER, day=DAY, note="<b>")

    found = Page(httpx.Response(200, text=page(Cards(release, desk), desk, release)))

    ids = [element["id"] for element in found.elements if element["id"]]
    assert len(ids) == len(set(ids))
    assert found.skipped_levels() == []
    assert {a["href"][1:] for a in found.all("a") if a["href"].startswith("#")} <= set(ids)


def test_holds_names_of_theirs_as_text(desk: Desk, release: Release) -> None:
    """A register may hold anything."""
    for path in (desk.path.parent / "acts.csv", desk.path):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("국가정보화 기본법", "<script>alert(1)</script>&lt;"), encoding="utf-8")

    text = page(Cards(release, desk), desk, release)

    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;" in text


def test_is_the_same_for_the_same_rows_and_comes_in_korean(desk: Desk, release: Release) -> None:
    """The words around; names are in all their languages anyway."""
    first = page(Cards(release, desk), desk, release, lang="ko")

    assert first == page(Cards(release, desk), desk, release, lang="ko")
    assert '<html lang="ko">' in first
    assert "<h1>나의 법령와의 연결 후보</h1>" in first or "나의 법령" in first
    assert "기다리는 것" in first
