"""The one way in which activities are written: judged, refused where somebody must be left alone, first contacts settled.

`prospecting.actions.activities` says who may; this module only writes. It looks behind the partner's wall: whether a
company is a target, or must be left alone, is the house's to know, and a partner is told the result only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.utils import timezone

from prospecting.actions import activity_sql as sql
from prospecting.models import Activity, Segment
from tenants.access import Actor
from tenants.ids import new_id
from tenants.planner import by_whole_tables
from tenants.scope import behind_the_wall, current_organisation_id
from tenants.turns import take_turn

SUBJECTS = "(SELECT unnest(%(subjects)s::uuid[]) AS subject)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One activity to write: ids of this organisation, checked by the caller."""

    day: date
    kind: str
    channel: str
    person_id: UUID | None = None
    engagement_id: UUID | None = None
    company_id: UUID | None = None
    contact_id: UUID | None = None
    segment_id: UUID | None = None
    quantity: int = 1
    note: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an entry. `reason`, when it was refused, is the one that was given for leaving the company alone."""

    result: Literal["created", "changed", "unchanged", "refused"]
    id: UUID | None = None
    reason: str = ""


def write_staged(*, table: str, source: str, params: Mapping[str, Any]) -> tuple[int, int]:
    """Write the judged rows of a temporary table of activities; returns how many are new and how many have changed.

    `params` names the organisation and the actor.
    """
    lock()
    given = {**params, "source": source}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE TEMP TABLE activity_subject ON COMMIT DROP AS
                SELECT subject FROM (
                    SELECT coalesce(contact_id, company_id) AS subject FROM {table}
                    UNION SELECT * FROM ({sql.subjects_before(table)}) known
                ) d WHERE subject IS NOT NULL;
                ANALYZE activity_subject""",
            given,
        )
        cursor.execute(
            f"""WITH written AS ({sql.write(table)})
                SELECT count(*) FILTER (WHERE w.is_new), count(*) FILTER (WHERE NOT w.is_new)
                FROM written w (id, external_id, is_new)""",
            given,
        )
        created, changed = cursor.fetchone()
        with by_whole_tables(cursor):
            cursor.execute(sql.settle_first("activity_subject"), given)
        cursor.execute("DROP TABLE activity_subject")
    return created, changed


def judging(organisation_zone: str) -> dict[str, Any]:
    """What every judging statement is told: the organisation, its time zone, and whether nothing can be off target."""
    return {
        "organisation": current_organisation_id(),
        "zone": organisation_zone,
        "everything": not Segment.objects.filter(is_active=True).exists(),
    }


def write(entries: Sequence[Entry], source: str, by: Actor) -> list[Outcome]:
    """Write up to some hundred activities. One Outcome an entry, in order; the same external_id at most once."""
    if not entries:
        return []
    rows = [{"row": number, "id": new_id(), **asdict(entry)} for number, entry in enumerate(entries)]
    with behind_the_wall():
        about_somebody = any(entry.company_id or entry.contact_id for entry in entries)
        params = judging(timezone.get_current_timezone_name()) | {"source": source, "actor": by.id}
        if about_somebody:
            lock()
        refused = (
            dict(_rows(sql.forbidden(sql.judged(sql.FROM_JSON)), params, rows)) if about_somebody else {}
        )
        good = [row for row in rows if row["row"] not in refused]
        subjects = _subjects_of(good, params) if about_somebody else []
        written = _rows(sql.write(sql.judged(sql.FROM_JSON)), params, good)
        known = _known([row["external_id"] for row in good], written)
        settle(subjects)
    is_new = {one: True for one, _external, new in written if new}
    changed = {external: one for one, external, new in written if not new}
    return [_outcome(row, refused, is_new, changed, known) for row in rows]


def _outcome(
    row: dict[str, Any], refused: dict[int, str], is_new: dict[UUID, bool], changed: dict[str, UUID],
    known: dict[str, UUID],
) -> Outcome:  # fmt: skip
    if row["row"] in refused:
        return Outcome("refused", reason=refused[row["row"]])
    if row["id"] in is_new:
        return Outcome("created", row["id"])
    if row["external_id"] in changed:
        return Outcome("changed", changed[row["external_id"]])
    return Outcome("unchanged", known[row["external_id"]])


def _known(external_ids: list[str], written: list[tuple[Any, ...]]) -> dict[str, UUID]:
    """The activities of these identifiers; nothing is asked when every row was written."""
    if len(written) == len(external_ids):
        return {}
    found = Activity.objects.filter(external_id__in=[one for one in external_ids if one])
    return dict(found.values_list("external_id", "id"))


def _subjects_of(rows: list[dict[str, Any]], params: dict[str, Any]) -> list[UUID]:
    """Whom these rows are about, and whom those that they change were about."""
    about = {row["contact_id"] or row["company_id"] for row in rows} - {None}
    if any(row["external_id"] for row in rows):
        about |= {one for (one,) in _rows(sql.subjects_before(sql.FROM_JSON), params, rows)}
    return list(about)


def subjects_of(activities: Sequence[Activity]) -> list[UUID]:
    return [one for row in activities if (one := row.contact_id or row.company_id) is not None]


def settle(subjects: Sequence[UUID]) -> None:
    if subjects:
        params: dict[str, Any] = {
            "organisation": current_organisation_id(),
            "subjects": [str(one) for one in subjects],
        }
        with connection.cursor() as cursor:
            cursor.execute(sql.settle_first(SUBJECTS), params)


def lock() -> None:
    """One writer at a time decides what is first."""
    take_turn("activities")


def _rows(
    statement: str, params: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**params, "rows": sql.as_json(rows)})
        return list(cursor.fetchall())
