"""Keep the counts of stage stays, and where each opportunity stands, in step with the events."""

import hashlib
import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from pipeline.actions import standings
from pipeline.actions.derived import add, replace
from pipeline.models import Frontier, StageStay
from pipeline.queries.passage_sql import (
    CHANGED_EVENTS,
    CHANGED_OPPORTUNITIES,
    CREATE_CHANGED,
    CREATE_CHANGED_EVENTS,
    CREATE_CHANGED_OPPORTUNITIES,
    EVENTS,
    LIVES,
    NEW_SCOPES,
    STAYS,
    StageOrder,
    derive,
    features,
    stage_order,
)  # fmt: skip
from tenants.models import Organisation
from tenants.scope import current_organisation_id
from tenants.turns import take_turn

PASSAGES = "stage_passage"  # temporary; sign 1, and in an incremental refresh −1 for what was
PAST_STAYS = "past_stay"
STAYS_TABLE = StageStay._meta.db_table

# Goes up when the counts come to mean something else: what is stored is then derived again.
MEANING = 5
COUNTS = f"{STAYS} UNION ALL {LIVES}"

# Beyond this share of changed opportunities a rebuild is cheaper than taking out and putting back.
REBUILD_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh did, and the temporary tables it leaves until the scope ends.

    passages: table of (opportunity_id, stage_id, team_id, owner_id, opened_on, entered_on, exited_on, outcome,
    is_first, amount_minor, sign): all passages, or in an incremental refresh what was (−1) and what is (1) of the
    changed opportunities. stays: the table that holds the counts as of the day. known, known_before: the snapshots
    (pg_snapshot) of the transactions that the rows of sign 1 and −1 were derived from.
    """

    mode: str  # full, incremental, past
    passages: str
    stays: str
    opportunities: int  # derived anew
    known: str
    known_before: str | None = None


def refresh(*, as_of: date, rebuild: bool = False) -> Refresh:
    """Bring what is stored of the organisation in force to `as_of`; the tables of an earlier refresh of the scope go.

    A day before the frontier is derived aside, into temporary tables, and leaves what is stored alone.
    """
    organisation_id = current_organisation_id()
    stages = stage_order()
    take_turn("passages")  # two at once would both add the same changes; the second goes on from the first
    with connection.cursor() as cursor:
        frontier = Frontier.objects.first()
        cursor.execute(
            f"DROP TABLE IF EXISTS pg_temp.{PASSAGES}, pg_temp.{PAST_STAYS}, pg_temp.changed_opportunity,"
            f" pg_temp.{CHANGED_EVENTS}, pg_temp.{CHANGED_OPPORTUNITIES}"
        )
        snapshot, xmin = _snapshot(cursor)
        # Without a day an event counts from the day that it was recorded on, which is one of a time zone.
        zone = Organisation.objects.values_list("time_zone", flat=True).get(pk=organisation_id)
        signature = hashlib.sha256(repr((MEANING, zone, stages)).encode()).hexdigest()
        now: dict[str, Any] = {"org": organisation_id, "as_of": as_of, "snapshot": snapshot, "xmin": xmin}

        if frontier is not None and as_of < frontier.as_of:
            count = _derive_all(cursor, stages, now)
            cursor.execute(
                f"CREATE TEMP TABLE {PAST_STAYS} ON COMMIT DROP AS {COUNTS.format(passages=PASSAGES)}", now
            )
            return Refresh("past", PASSAGES, PAST_STAYS, count, snapshot)

        if frontier is not None and frontier.signature == signature and not rebuild:
            changed = _derive_changes(cursor, stages, now, frontier)
        else:
            changed = None
        count = _derive_all(cursor, stages, now) if changed is None else changed
        _add_up(cursor, now, incremental=changed is not None)
        stand = standings.derive_all if changed is None else standings.derive_changed
        stand(cursor, stages, now, PASSAGES)
    known_before = frontier.snapshot if frontier is not None else None
    Frontier.objects.update_or_create(
        organisation_id=organisation_id,
        defaults={"as_of": as_of, "snapshot": snapshot, "signature": signature},
    )
    if changed is None or frontier is None:
        return Refresh("full", PASSAGES, STAYS_TABLE, count, snapshot)
    return Refresh("incremental", PASSAGES, STAYS_TABLE, count, snapshot, known_before)


def derive_some(refresh: Refresh, *, as_of: date, opportunities: str, passages: str) -> None:
    """Fill the temporary table `passages` with those of the opportunities in another table (opportunity_id).

    As of the day and as known to the refresh: the rows of sign 1 that it would have derived for them.
    """
    now: dict[str, Any] = {
        "org": current_organisation_id(), "as_of": as_of, "snapshot": refresh.known,
        "xmin": int(refresh.known.split(":")[0]),
    }  # fmt: skip
    events = f"{passages}_event"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{events}, pg_temp.{passages}")
        cursor.execute(
            f"CREATE TEMP TABLE {events} ON COMMIT DROP AS SELECT e.* FROM {EVENTS} e"
            f" JOIN {opportunities} c ON c.opportunity_id = e.opportunity_id WHERE e.organisation_id = %(org)s",
            now,
        )
        cursor.execute(f"ANALYZE {events}")
        select = derive(stage_order(), features(cursor, now, events), events=events)
        cursor.execute(
            f"CREATE TEMP TABLE {passages} ON COMMIT DROP AS SELECT *, 1::smallint AS sign FROM ({select}) p",
            now,
        )
        cursor.execute(f"ANALYZE {passages}")


def _snapshot(cursor: Any) -> tuple[str, int]:
    """What is committed now, and what this very transaction wrote, as a pg_snapshot (xmin:xmax:still running,…)."""
    cursor.execute("SELECT pg_current_snapshot()::text, pg_current_xact_id()::text::bigint")
    text, own = cursor.fetchone()
    xmin, xmax, running = text.split(":")
    others = [xact for xact in running.split(",") if xact]
    if own >= int(xmax):
        others += [str(xact) for xact in range(int(xmax), own)]
        xmax = str(own + 1)
    return f"{xmin}:{xmax}:{','.join(others)}", int(xmin)


def _derive_all(cursor: Any, stages: list[StageOrder], now: dict[str, Any]) -> int:
    _write_passages(cursor, stages, EVENTS, now)
    cursor.execute("SELECT count(*) FROM pipeline_opportunity WHERE organisation_id = %(org)s", now)
    return int(cursor.fetchone()[0])


def _derive_changes(
    cursor: Any, stages: list[StageOrder], now: dict[str, Any], frontier: Frontier
) -> int | None:
    """Derive the changed opportunities as they were and as they are; None when so many changed that a rebuild is due."""
    cursor.execute("SELECT pg_snapshot_xmin(%s::pg_snapshot)::text::bigint", [frontier.snapshot])
    before = {
        "org": now["org"], "as_of": frontier.as_of, "snapshot": frontier.snapshot, "xmin": cursor.fetchone()[0],
    }  # fmt: skip
    cursor.execute(
        CREATE_CHANGED,
        now | {"old_xmin": before["xmin"], "old_snapshot": frontier.snapshot, "old_as_of": frontier.as_of},
    )
    cursor.execute("ANALYZE changed_opportunity")
    cursor.execute("SELECT count(*) FROM changed_opportunity")
    changed = int(cursor.fetchone()[0])
    # Whether there are enough others: no need to count them all.
    enough = math.ceil(changed / REBUILD_SHARE)
    cursor.execute(
        "SELECT count(*) FROM (SELECT FROM pipeline_opportunity WHERE organisation_id = %(org)s LIMIT %(enough)s) o",
        now | {"enough": enough},
    )
    if cursor.fetchone()[0] < enough:
        return None
    cursor.execute(CREATE_CHANGED_EVENTS, now)
    cursor.execute(f"ANALYZE {CHANGED_EVENTS}")
    cursor.execute(CREATE_CHANGED_OPPORTUNITIES, now)
    _write_passages(cursor, stages, CHANGED_EVENTS, now, before)
    return changed


def _write_passages(
    cursor: Any,
    stages: list[StageOrder],
    events: str,
    now: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> None:
    """Fill the table of passages: those of now, and with `before` also those of then, taken out."""
    # Right after an import the planner has no figures yet, and would take ten thousand rows for one.
    cursor.execute("SET LOCAL enable_nestloop = off")
    select = derive(stages, features(cursor, now, events), events=events)
    cursor.execute(
        f"CREATE TEMP TABLE {PASSAGES} ON COMMIT DROP AS SELECT *, 1::smallint AS sign FROM ({select}) p", now
    )
    if before is not None:
        cursor.execute(f"INSERT INTO {PASSAGES} SELECT *, -1 FROM ({select}) p", before)
    cursor.execute(f"ANALYZE {PASSAGES} (stage_id, team_id, owner_id, outcome, entered_on)")
    cursor.execute(NEW_SCOPES.format(passages=PASSAGES), now)
    cursor.execute("SET LOCAL enable_nestloop = on")


def _add_up(cursor: Any, now: dict[str, Any], *, incremental: bool) -> None:
    key, sums = ("scope", "outcome", "measure"), ("count", "amount_minor")
    counts = COUNTS.format(passages=PASSAGES)
    if incremental:
        add(cursor, STAYS_TABLE, counts, now, key=key, sums=sums)
    else:
        replace(cursor, STAYS_TABLE, counts, now, key=key, values=sums)
