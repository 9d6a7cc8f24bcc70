"""Activities by a file and by the API, beside a bare COPY of the rows that they make, into a clone of their table."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from bench.figures import Figure, seconds
from bench.imports import clone
from bench.place import APP_ROLE, Place
from pipeline.actions import imports
from pipeline.domain.importing.mapping import read_mapping
from pipeline.models import ImportRun
from prospecting.models import Segment
from tenants.access import SYSTEM
from tenants.actions import api_keys
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tenants.turns import take_time

TABLE = "prospecting_activity"
FILLED = (
    *(TABLE, "prospecting_contact", "prospecting_companytarget", "prospecting_segment", "pipeline_company"),
    *("pipeline_importrun", "pipeline_refusedrow", "tenants_person", "tenants_auditentry", "tenants_job"),
)
HEADERS = ("external_id", "day", "kind", "channel", "owner_email", "company", "contact", "note")
KINDS, CHANNELS = ("attempt", "contact", "conversation"), ("phone", "email", "social")
FIRST_DAY, DAYS, PEOPLE = date(2025, 1, 1), 500, 40
CALLS_OF_A_COMPANY = 10
TIMES = 3
BATCH = 500
# Requests of a key are limited in rate; what is measured is the work.
PAUSE_OF_THE_LIMIT = 500


def rows(size: int) -> Iterator[dict[str, str]]:
    """The same activities at every run: ten to a company, half of them with somebody named."""
    draw = Random(20_261)
    for number in range(size):
        company = draw.randrange(max(size // CALLS_OF_A_COMPANY, 1))
        yield {
            "external_id": f"A-{number:07}",
            "day": (FIRST_DAY + timedelta(days=draw.randrange(DAYS))).isoformat(),
            "kind": draw.choice(KINDS),
            "channel": draw.choice(CHANNELS),
            "owner_email": f"seller{draw.randrange(PEOPLE)}@bench.example",
            "company": f"Company {company}",
            "contact": f"Person {draw.randrange(3)}" if number % 2 else "",
            "note": f"Spoke about line {draw.randrange(500)}",
        }


@dataclass
class Round:
    place: Place
    size: int
    folder: Path
    organisation: Organisation = field(init=False)

    def __post_init__(self) -> None:
        slug = f"activities-{self.size}"
        self.organisation = Organisation.objects.create(name=slug, slug=slug, currency="EUR")
        self.file = self.folder / f"activities-{self.size}.csv"
        with self.file.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, HEADERS)
            writer.writeheader()
            writer.writerows(rows(self.size))

    def prepare(self) -> None:
        with tenant_scope(self.organisation.id):
            Segment.objects.create(
                name="All", key="all", rules=[{"field": "industry", "is": "in", "values": ["Industry"]}]
            )

    def load(self) -> None:
        """The import, from the sent file to the report, committed."""
        with tenant_scope(self.organisation.id):
            take_time()
            with self.file.open("rb") as content:
                run = imports.upload(
                    file=content, name=self.file.name, kind="", by=SYSTEM, organisation=self.organisation
                )
            document = {"kind": "activities", "columns": {name: name for name in HEADERS}}
            imports.settle(
                run=run, mapping=read_mapping(document, HEADERS), policy=ImportRun.Policy.GOOD_ROWS,
                create_unknown=True, by=SYSTEM,
            )  # fmt: skip
            report = imports.perform(run=run, organisation=self.organisation, by=SYSTEM, now=timezone.now())
            if report.created != self.size:
                raise RuntimeError(f"{report.created} of {self.size} rows were imported: {report.errors[:3]}")

    def send(self) -> None:
        """The same by the API, 500 a request, each committed; the companies and people are there already."""
        with tenant_scope(self.organisation.id):
            _key, token = api_keys.create(
                organisation=self.organisation, name="bench", by=SYSTEM, scopes=(api_keys.WRITE_ACTIVITIES,)
            )
        client = Client(headers={"Authorization": f"Bearer {token}"})
        batch: list[dict[str, str]] = []
        for number, row in enumerate(rows(self.size), start=1):
            batch.append(_as_body(row))
            if len(batch) == BATCH or number == self.size:
                self._post(client, batch, number)
                batch = []

    def _post(self, client: Client, batch: list[dict[str, str]], number: int) -> None:
        if number // BATCH % PAUSE_OF_THE_LIMIT == 0:
            cache.clear()
        answer = client.post(
            "/api/v1/activities/batch", json.dumps({"rows": batch}), content_type="application/json",
            headers={"Idempotency-Key": f"{self.size}-{number}"},
        )  # fmt: skip
        if answer.status_code != 200 or answer.json()["created"] != len(batch):
            raise RuntimeError(f"{answer.status_code}: {answer.content[:500]!r}")

    def take_activities_away(self) -> None:
        with self.place.superuser() as cursor:
            cursor.execute(f"TRUNCATE {TABLE} CASCADE")

    def export(self) -> None:
        with self.place.superuser() as cursor, self._rows.open("wb") as file:
            cursor.copy_expert(f"COPY {TABLE} TO STDOUT", file)

    def copy(self) -> None:
        """The bare COPY, in one transaction, committed."""
        with transaction.atomic(), connection.cursor() as cursor, self._rows.open("rb") as file:
            take_time()
            cursor.cursor.copy_expert(f"COPY {clone(TABLE)} FROM STDIN", file)

    def clear(self) -> None:
        with self.place.superuser() as cursor:
            cursor.execute(f"TRUNCATE {', '.join([*FILLED, clone(TABLE)])} CASCADE")
        self.place.maintain("VACUUM ANALYZE")

    @property
    def _rows(self) -> Path:
        return self.folder / "activities.rows"


def measure(place: Place, size: int, folder: Path) -> Iterator[Figure]:
    """File, COPY, API in turn; needs a database without activities, whose tables it leaves empty."""
    folder.mkdir(parents=True, exist_ok=True)
    _make_clone()
    work = Round(place, size, folder)
    taken: list[tuple[float, float, float]] = []
    for _ in range(TIMES):
        work.prepare()
        by_file = seconds(work.load)
        work.export()
        copied = seconds(work.copy)
        work.take_activities_away()
        taken.append((by_file, copied, seconds(work.send)))
        work.clear()
    for left in (work.file, work.folder / "activities.rows"):
        left.unlink()
    by_file, copied, by_api = (median(times) for times in zip(*taken, strict=True))
    yield Figure(
        "activities of a file / COPY of their rows", size, by_file, copied, budget=5, most_exponent=1.1
    )
    yield Figure("activities by the API / of a file", size, by_api, by_file, budget=10, most_exponent=1.1)


def _as_body(row: dict[str, str]) -> dict[str, str]:
    kept = {name: row[name] for name in ("external_id", "day", "kind", "channel", "note")}
    return {**kept, "person_email": row["owner_email"], "company_name": row["company"]}


def _make_clone() -> None:
    """A table with the columns, checks, indexes and foreign keys of the real one, without row-level security."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {clone(TABLE)}")
        cursor.execute(f"CREATE TABLE {clone(TABLE)} (LIKE {TABLE} INCLUDING ALL)")
        cursor.execute(f"GRANT SELECT, INSERT ON {clone(TABLE)} TO {APP_ROLE}")
        for name, definition in _foreign_keys(cursor):
            cursor.execute(f"ALTER TABLE {clone(TABLE)} ADD CONSTRAINT {name} {definition}")


def _foreign_keys(cursor: Any) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
        [TABLE],
    )
    return list(cursor.fetchall())
