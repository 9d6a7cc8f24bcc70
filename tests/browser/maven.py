"""A small CRM export in the shape, and with the quirks, of the "CRM Sales Opportunities" that people train on.

The quirks: a product is written GTXPro where the price list says GTX Pro; companies are missing on open deals only;
rows in Prospecting have no date at all; Lost is worth 0; open deals have no value; "technolgy" and "Philipines" are
written like that; some agents sell nothing; there is no history of stages.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from random import Random
from typing import Any

AGENTS = {
    "Central": (
        "Dustin Brinkmann",
        ("Anna Snelling", "Moses Frase", "Darcel Schlecht", "Jonathan Berthelot"),
    ),
    "East": ("Cara Losch", ("Daniell Hammack", "Violet Mclelland", "Wilburn Farren", "Carol Thompson")),
    "West": ("Summer Sewald", ("Zane Levy", "Maureen Marcano", "Kami Bicknell", "Elizabeth Anderson")),
}
IDLE = ("Carol Thompson", "Elizabeth Anderson")
PRODUCTS = {"GTX Basic": 550, "GTX Pro": 4821, "MG Special": 55, "GTX Plus Basic": 1096, "GTX Plus Pro": 5482}
ACCOUNTS = (
    "Acme Corporation",
    "Betasoloin",
    "Cancity",
    "Isdom",
    "Konex",
    "Hottechi",
    "Zencorporation",
    "Treequote",
)
COUNTS = {"Won": 190, "Lost": 110, "Engaging": 70, "Prospecting": 30}
FIRST = date(2016, 10, 20)
LINE = "\r\n"


def file(name: str, rows: list[list[Any]], *headers: str) -> dict[str, Any]:
    """A file as Playwright attaches it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=LINE)
    writer.writerows([list(headers), *rows])
    return {"name": name, "mimeType": "text/csv", "buffer": text.getvalue().encode()}


def accounts() -> dict[str, Any]:
    rows = [
        [name, ("technolgy", "medical", "retail")[index % 3], 1990 + index, 1100.04 + index, 2822 + 10 * index,
         "Philipines" if index == 3 else "United States", ""]
        for index, name in enumerate(ACCOUNTS)
    ]  # fmt: skip
    return file(
        "accounts.csv", rows,
        "account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of",
    )  # fmt: skip


def products() -> dict[str, Any]:
    rows = [[name, name.split(" ")[0], price] for name, price in PRODUCTS.items()]
    return file("products.csv", rows, "product", "series", "sales_price")


def teams() -> dict[str, Any]:
    rows = [[agent, manager, office] for office, (manager, agents) in AGENTS.items() for agent in agents]
    return file("sales_teams.csv", rows, "sales_agent", "manager", "regional_office")


def pipeline() -> dict[str, Any]:
    """400 rows, the same at every call; the total of the won deals is in `won_total`."""
    return file(
        "sales_pipeline.csv", _deals(),
        "opportunity_id", "sales_agent", "product", "account", "deal_stage", "engage_date", "close_date", "close_value",
    )  # fmt: skip


def won_total() -> int:
    return sum(row[7] for row in _deals() if row[4] == "Won")


def _deals() -> list[list[Any]]:
    draw = Random(8800)
    sellers = [agent for _manager, agents in AGENTS.values() for agent in agents if agent not in IDLE]
    stages = [stage for stage, count in COUNTS.items() for _ in range(count)]
    draw.shuffle(stages)
    return [_deal(draw, number, stage, sellers) for number, stage in enumerate(stages)]


def _deal(draw: Random, number: int, stage: str, sellers: list[str]) -> list[Any]:
    product, price = draw.choice(list(PRODUCTS.items()))
    engaged = FIRST + timedelta(days=draw.randrange(400))
    closed = engaged + timedelta(days=draw.randrange(5, 130))
    if stage == "Won":
        closed = min(closed, date(2017, 12, 31))
    is_closed = stage in ("Won", "Lost")
    account = draw.choice(ACCOUNTS)
    return [
        f"{number:04X}MAVN",
        draw.choice(sellers),
        product.replace("GTX Pro", "GTXPro"),
        account if is_closed or draw.random() < 0.3 else "",
        stage,
        "" if stage == "Prospecting" else engaged.isoformat(),
        min(closed, date(2017, 12, 31)).isoformat() if is_closed else "",
        (round(price * draw.uniform(0.8, 1.2)) if stage == "Won" else 0) if is_closed else "",
    ]


def large(count: int) -> dict[str, Any]:
    """So many deals that an import takes a worker some seconds."""
    rows = [
        [f"L{number}", "Moses Frase", "GTXPro", "Isdom", "Won", "2017-03-01", "2017-05-02", 100 + number % 50]
        for number in range(count)
    ]
    return file(
        "large.csv", rows,
        "opportunity_id", "sales_agent", "product", "account", "deal_stage", "engage_date", "close_date", "close_value",
    )  # fmt: skip
