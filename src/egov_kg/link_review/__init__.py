"""People review candidate links: in a terminal, on a page, or in a program for tables."""

from egov_kg.link_review.cards import Card, Cards, card_data
from egov_kg.link_review.cards_text import table_rows
from egov_kg.link_review.desk import Desk, find_desk, usual_folders
from egov_kg.link_review.page import page
from egov_kg.link_review.sheets import decisions_of_table, table_to_decide
from egov_kg.link_review.talk import Talk

__all__ = [
    "Card",
    "Cards",
    "Desk",
    "Talk",
    "card_data",
    "decisions_of_table",
    "find_desk",
    "page",
    "table_rows",
    "table_to_decide",
    "usual_folders",
]
