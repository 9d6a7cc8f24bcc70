"""A file of opportunities as a CRM exports it: the same rows at every run."""

import csv
from datetime import date, timedelta
from pathlib import Path
from random import Random

HEADERS = (
    "external_id", "name", "owner_name", "team", "company", "product", "channel", "stage", "amount", "created_on",
    "expected_close_on", "closed_on",
)  # fmt: skip
STAGES = (
    ("Prospecting", "open"),
    ("Discovery", "open"),
    ("Proposal", "open"),
    ("Won", "won"),
    ("Lost", "lost"),
)
CHANNELS = ("Web site", "Trade fair", "Referral", "Outbound call", "")
FIRST_DAY = date(2024, 11, 1)
DAYS = 700
PEOPLE, TEAMS, PRODUCTS = 40, 5, 12
DEALS_OF_A_COMPANY = 20


def write(path: Path, size: int) -> None:
    """Write `size` rows of twelve columns: one row in two is closed, and companies come back twenty times."""
    draw = Random(20_260)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for number in range(size):
            owner = draw.randrange(PEOPLE)
            stage, kind = draw.choice(STAGES[3:]) if number % 2 else draw.choice(STAGES[:3])
            created = FIRST_DAY + timedelta(days=draw.randrange(DAYS))
            closed = created + timedelta(days=draw.randrange(1, 120)) if kind != "open" else None
            writer.writerow(
                (
                    f"D-{number:07}",
                    f"Line {draw.randrange(500)} for plant {number}",
                    f"Seller Number {owner}",
                    f"Team {owner % TEAMS}",
                    f"Company {draw.randrange(max(size // DEALS_OF_A_COMPANY, 1))}",
                    f"Product {draw.randrange(PRODUCTS)}",
                    draw.choice(CHANNELS),
                    stage,
                    f"{draw.randrange(100_000, 9_000_000) / 100:.2f}",
                    created.isoformat(),
                    (created + timedelta(days=90)).isoformat(),
                    closed.isoformat() if closed else "",
                )
            )
