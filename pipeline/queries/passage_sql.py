"""The derivation of stage passages in SQL, set-based: the production twin of `pipeline.domain.passages`.

The rules and their numbers are explained there; a property test compares the two on random histories. One sort of
the events serves every window. What an organisation does not have (reopenings, undated stages, corrections…) is
left out of its statement, so that nobody pays for what only some need.
"""

from dataclasses import dataclass
from typing import Any

from pipeline.models import Stage

CLOSED = 1000  # the closed stages are numbered from here, after any open one

NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"  # no team, no owner

# The events of organisation %(org)s that a run with snapshot %(snapshot)s can have seen.
VISIBLE = """
e.organisation_id = %(org)s AND (e.recorded_xact < %(xmin)s
    OR pg_visible_in_snapshot(e.recorded_xact::text::xid8, %(snapshot)s::pg_snapshot))
"""
# Opportunities that may stand otherwise than at the run before: an event was written since, or became past, or was
# recorded without a day on one that is past by now.
CREATE_CHANGED = """
CREATE TEMP TABLE changed_opportunity ON COMMIT DROP AS
SELECT opportunity_id FROM pipeline_opportunityevent e
WHERE e.organisation_id = %(org)s AND e.recorded_xact >= %(old_xmin)s
  AND NOT pg_visible_in_snapshot(e.recorded_xact::text::xid8, %(old_snapshot)s::pg_snapshot)
UNION
SELECT opportunity_id FROM pipeline_opportunityevent e
WHERE e.organisation_id = %(org)s AND e.occurred_on > %(old_as_of)s AND e.occurred_on <= %(as_of)s
UNION
SELECT opportunity_id FROM pipeline_opendeal d WHERE d.organisation_id = %(org)s AND d.turns_on <= %(as_of)s
"""

# In place of %(xmin)s and %(snapshot)s: everything that this transaction can see.
EVERYTHING = {"xmin": 2**62, "snapshot": "1:1:"}

EVENTS = "pipeline_opportunityevent"
CHANGED_EVENTS = "changed_event"
CHANGED_OPPORTUNITIES = "changed_deal"

CREATE_CHANGED_EVENTS = f"""
CREATE TEMP TABLE {CHANGED_EVENTS} ON COMMIT DROP AS
SELECT e.* FROM {EVENTS} e JOIN changed_opportunity c ON c.opportunity_id = e.opportunity_id
WHERE e.organisation_id = %(org)s
"""
CREATE_CHANGED_OPPORTUNITIES = f"""
CREATE TEMP TABLE {CHANGED_OPPORTUNITIES} ON COMMIT DROP AS
SELECT o.* FROM pipeline_opportunity o JOIN changed_opportunity c ON c.opportunity_id = o.id
WHERE o.organisation_id = %(org)s
"""

FEATURES = """
SELECT coalesce(bool_or(kind = 'reopen'), false), coalesce(bool_or(source = 'inferred'), false),
       coalesce(bool_or(kind = 'stage' AND occurred_on IS NULL), false),
       coalesce(bool_or(kind = 'change'), false),
       coalesce(bool_or(kind = 'stage' AND (team_id IS NULL OR owner_id IS NULL)), false),
       coalesce(bool_or(kind = 'stage' AND amount_minor IS NULL), false)
FROM {events} e WHERE {visible}
"""


@dataclass(frozen=True, slots=True)
class Features:
    """Which of the rarer kinds of event are there to be reckoned with."""

    reopened: bool
    inferred: bool
    undated: bool
    changed: bool
    unowned: bool
    unpriced: bool


DERIVE = """
WITH event AS NOT MATERIALIZED (
    SELECT e.* FROM {events} e WHERE {visible}
), stage (id, kind, ord) AS NOT MATERIALIZED (VALUES {stages}
){extra}, told AS (
    -- Rules 1 and 2: what is dated up to as_of, without the closes that a reopening undid.
    -- The order of a stage is spelled out, not joined: the index's order of the events then serves the sort.
    SELECT e.opportunity_id, e.stage_id, {ord} AS ord, e.occurred_on AS day, e.source = 'inferred' AS inferred,
           {team} AS team_id, {owner} AS owner_id, e.amount_minor, e.id
    FROM event e{told_joins}
    WHERE e.kind = 'stage' AND e.occurred_on <= %(as_of)s{told_where}
){proven}, ordered AS (
    -- Rules 4 to 6: by date, then stage order; nothing counts after the close.
    SELECT *, max(ord) OVER (PARTITION BY opportunity_id ORDER BY day, ord, id
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS furthest
    FROM {source}
), moves AS (
    -- Rule 7: the first time that a stage or a later one is reached; then what came next.
    SELECT opportunity_id, stage_id, ord, day, inferred, team_id, owner_id, amount_minor,
           lead(day) OVER steps AS next_day, lead(ord) OVER steps AS next_ord, {next_inferred} AS next_inferred,
           lead(team_id) OVER steps AS next_team, lead(owner_id) OVER steps AS next_owner,
           first_value(day) OVER steps AS opened_on, furthest IS NULL AS is_first
    FROM ordered WHERE furthest IS NULL OR furthest < {closed} AND ord > furthest
    WINDOW steps AS (PARTITION BY opportunity_id ORDER BY day, ord, id)
), judged AS MATERIALIZED (
    -- Rule 9: nothing proves what lies between, when both ends are inferred or a later stage was seen undated.
    SELECT m.*, {doubtful} AS doubtful FROM moves m{judged_joins}
)
SELECT j.opportunity_id, stage_id, coalesce(team_id, {nobody}) AS team_id, coalesce(owner_id, {nobody}) AS owner_id,
       opened_on, day AS entered_on, CASE WHEN ord < {closed} THEN next_day END AS exited_on,
       CASE WHEN ord >= {closed} OR next_ord IS NULL AND NOT doubtful THEN NULL WHEN doubtful THEN 'U'
            WHEN next_ord IN {lost} THEN 'L' ELSE 'A' END AS outcome,
       is_first, false AS is_skipped, {amount} AS amount_minor
FROM judged j{amount_join}
UNION ALL
-- Rule 8: a skipped stage is entered and passed on the day of the skip.
SELECT j.opportunity_id, s.id, coalesce(next_team, {nobody}), coalesce(next_owner, {nobody}), opened_on,
       next_day, next_day, 'A', false, true, 0
FROM judged j JOIN stage s ON s.ord > j.ord AND s.ord < j.next_ord AND s.ord < {closed}
WHERE j.ord < {last_open} AND j.next_ord - j.ord > 1 AND j.next_ord NOT IN {lost} AND NOT doubtful
"""

# Ids are UUIDv7 and sort in the order of recording, also within one statement.
REOPENED = """, reopened AS (
    SELECT opportunity_id, max(occurred_on) AS day, (array_agg(id ORDER BY id DESC))[1] AS id FROM event
    WHERE kind = 'reopen' AND occurred_on <= %(as_of)s GROUP BY 1
)"""

# A stage event without an owner or a team: the latest known ones of the opportunity stand in.
OWNED = """, owned AS (
    SELECT opportunity_id,
           (array_agg(team_id ORDER BY recorded_at DESC, id DESC) FILTER (WHERE team_id IS NOT NULL))[1] AS team_id,
           (array_agg(owner_id ORDER BY recorded_at DESC, id DESC) FILTER (WHERE owner_id IS NOT NULL))[1] AS owner_id
    FROM event GROUP BY 1
)"""

PROVEN = """, proven AS (
    -- Rule 3: an inferred event gives way to history about the same thing. (A window, not a join: its cost does not
    -- depend on what the planner believes about a table that was just filled.)
    SELECT * FROM (
        SELECT *, bool_and(inferred) OVER (PARTITION BY opportunity_id, least(ord, {closed})) AS alone FROM told
    ) t WHERE alone OR NOT inferred
)"""

SEEN = """, seen AS (
    -- Present states without a date: the furthest open stage seen, and whether the deal was seen closed. (Rule 1: not those
    -- whose day is told by now, and was still to come.)
    SELECT e.opportunity_id, max(s.ord) FILTER (WHERE s.ord < {closed}) AS ord, bool_or(s.ord >= {closed}{stands}) AS closed
    FROM event e JOIN stage s ON s.id = e.stage_id{joins}
    WHERE e.kind = 'stage' AND e.occurred_on IS NULL AND NOT EXISTS (
        SELECT FROM event l JOIN stage t ON t.id = l.stage_id
        WHERE l.opportunity_id = e.opportunity_id AND l.kind = 'stage' AND l.occurred_on > %(as_of)s
          AND least(t.ord, {closed}) = least(s.ord, {closed}))
    GROUP BY 1
)"""

CORRECTED = """, corrected AS (
    SELECT DISTINCT ON (opportunity_id) opportunity_id, amount_minor FROM event
    WHERE kind = 'change' AND changed LIKE '%%amount%%' AND (occurred_on IS NULL OR occurred_on <= %(as_of)s)
    ORDER BY opportunity_id, recorded_at DESC, id DESC
)"""

# A stage event without an amount (a history often has none): the latest one recorded for the opportunity stands in.
PRICED = """, priced AS (
    SELECT DISTINCT ON (opportunity_id) opportunity_id, amount_minor FROM event
    WHERE amount_minor IS NOT NULL AND (occurred_on IS NULL OR occurred_on <= %(as_of)s)
    ORDER BY opportunity_id, recorded_at DESC, id DESC
)"""


@dataclass(frozen=True, slots=True)
class StageOrder:
    """A stage as the derivation sees it: open ones 0, 1, 2…, closed ones from CLOSED on."""

    id: Any
    kind: str
    ord: int


def stage_order() -> list[StageOrder]:
    """The stages of the organisation in force, open ones numbered 0, 1, 2…, closed ones after them."""
    stages = list(Stage.objects.order_by("position"))
    open_stages = [stage for stage in stages if stage.kind == Stage.Kind.OPEN]
    closed = [stage for stage in stages if stage.kind != Stage.Kind.OPEN]
    numbered = [*enumerate(open_stages), *enumerate(closed, start=CLOSED)]
    return [StageOrder(stage.id, stage.kind, number) for number, stage in numbered]


def stage_values(stages: list[StageOrder]) -> str:
    """The stages as VALUES (id, kind, ord)."""
    found = ", ".join(f"('{stage.id}'::uuid, '{stage.kind}', {stage.ord})" for stage in stages)
    return found or "(NULL::uuid, 'open', 0)"


def features(cursor: Any, parameters: dict[str, Any], events: str = EVENTS) -> Features:
    """Which of the rarer kinds of event a table of events holds. One query."""
    cursor.execute(FEATURES.format(visible=VISIBLE, events=events), parameters)
    return Features(*cursor.fetchone())


def derive(stages: list[StageOrder], features: Features, *, events: str = EVENTS) -> str:
    """The SELECT of all passages as of %(as_of)s from a table of events.

    Columns: opportunity_id, stage_id, team_id, owner_id, opened_on, entered_on, exited_on, outcome, is_first (on a
    closed stage: nothing dates the opening), is_skipped, amount_minor (on won rows, and on the others what the deal was
    worth then).
    """
    open_stages = sum(stage.kind == "open" for stage in stages)
    lost = [stage.ord for stage in stages if stage.kind == "lost"] or [-1]
    ord = _spelled_out(stages)
    extra, told_joins, told_where, judged_joins, doubts = "", "", "", "", []
    after = f"(CASE WHEN next_ord < {CLOSED} THEN next_ord ELSE {open_stages} END) - m.ord > 1"
    if features.reopened:
        extra += REOPENED
        told_joins += " LEFT JOIN reopened r ON r.opportunity_id = e.opportunity_id"
        told_where += f" AND ({ord} < {CLOSED} OR r.id IS NULL OR e.occurred_on >= r.day AND e.id > r.id)"
    if features.unowned:
        extra += OWNED
        told_joins += " LEFT JOIN owned o ON o.opportunity_id = e.opportunity_id"
    if features.inferred:
        doubts.append(f"(inferred AND next_inferred AND {after})")
    if features.undated:
        joins = " LEFT JOIN reopened r ON r.opportunity_id = e.opportunity_id" if features.reopened else ""
        stands = " AND (r.id IS NULL OR e.id > r.id)" if features.reopened else ""
        extra += SEEN.format(closed=CLOSED, joins=joins, stands=stands)
        judged_joins += " LEFT JOIN seen u ON u.opportunity_id = m.opportunity_id"
        doubts.append(f"((next_ord IS NULL OR next_ord >= {CLOSED}) AND u.ord > m.ord)")
        doubts.append("(next_ord IS NULL AND u.closed)")
    amounts, amount_joins = ["j.amount_minor"], ""
    if features.changed:
        extra += CORRECTED
        amounts.insert(0, "c.amount_minor")
        amount_joins += " LEFT JOIN corrected c ON c.opportunity_id = j.opportunity_id"
    if features.unpriced:
        extra += PRICED
        amounts.append("p.amount_minor")
        amount_joins += " LEFT JOIN priced p ON p.opportunity_id = j.opportunity_id"
    return DERIVE.format(
        visible=VISIBLE,
        events=events,
        stages=stage_values(stages),
        extra=extra,
        ord=ord,
        team="coalesce(e.team_id, o.team_id)" if features.unowned else "e.team_id",
        owner="coalesce(e.owner_id, o.owner_id)" if features.unowned else "e.owner_id",
        told_joins=told_joins,
        told_where=told_where,
        next_inferred="lead(inferred) OVER steps" if features.inferred else "false",
        proven=PROVEN.format(closed=CLOSED) if features.inferred else "",
        source="proven" if features.inferred else "told",
        doubtful=f"m.ord < {CLOSED} AND coalesce({' OR '.join(doubts)}, false)" if doubts else "false",
        judged_joins=judged_joins,
        amount=f"coalesce({', '.join(amounts)}, 0)",
        amount_join=amount_joins,
        closed=CLOSED,
        last_open=open_stages - 1,
        lost=f"({', '.join(map(str, lost))})",
        nobody=NOBODY,
    )


def _spelled_out(stages: list[StageOrder]) -> str:
    cases = "".join(f" WHEN '{stage.id}' THEN {stage.ord}" for stage in stages)
    return f"CASE e.stage_id{cases} END" if cases else "NULL::int"


# Counts of stays, summed with the sign of the rows they come from: 1 for what is, −1 for what was. ("char" is one byte:
# grouping by a text takes twice as long.)
STAYS = """
SELECT s.number AS scope, coalesce(p.outcome, 'O')::"char" AS outcome,
       CASE WHEN p.outcome IS NULL OR p.exited_on IS NULL THEN p.entered_on - DATE '0001-01-01' + 1
            ELSE p.exited_on - p.entered_on END AS measure,
       sum(p.sign)::int AS count, sum(p.sign * p.amount_minor)::bigint AS amount_minor
FROM {passages} p
JOIN pipeline_stagescope s ON s.organisation_id = %(org)s AND s.stage_id = p.stage_id AND s.team_id = p.team_id
     AND s.owner_id = p.owner_id
GROUP BY 1, 2, 3
"""

# The life of a deal is one stay in no stage: from its opening to its close, in the hands in which it ended or is now.
# Deals whose opening or end cannot be known are left out.
LIVES = f"""
SELECT s.number AS scope, (CASE k.kind WHEN 'won' THEN 'A' WHEN 'lost' THEN 'L' ELSE 'O' END)::"char" AS outcome,
       CASE WHEN k.kind = 'open' THEN p.opened_on - DATE '0001-01-01' + 1 ELSE p.entered_on - p.opened_on END AS measure,
       sum(p.sign)::int AS count, sum(p.sign * p.amount_minor)::bigint AS amount_minor
FROM {{passages}} p
JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = p.stage_id
JOIN pipeline_stagescope s ON s.organisation_id = %(org)s AND s.stage_id = {NOBODY} AND s.team_id = p.team_id
     AND s.owner_id = p.owner_id
WHERE k.kind = 'open' AND p.outcome IS NULL OR k.kind <> 'open' AND NOT p.is_first
GROUP BY 1, 2, 3
"""

NEW_SCOPES = f"""
INSERT INTO pipeline_stagescope (organisation_id, number, stage_id, team_id, owner_id)
SELECT %(org)s, coalesce((SELECT max(number) FROM pipeline_stagescope WHERE organisation_id = %(org)s), 0)
       + row_number() OVER (ORDER BY stage_id, team_id, owner_id), stage_id, team_id, owner_id
FROM (
    WITH held AS (SELECT DISTINCT stage_id, team_id, owner_id FROM {{passages}})
    SELECT * FROM held UNION SELECT {NOBODY}, team_id, owner_id FROM held
) found
WHERE NOT EXISTS (SELECT FROM pipeline_stagescope s WHERE s.organisation_id = %(org)s AND s.stage_id = found.stage_id
                  AND s.team_id = found.team_id AND s.owner_id = found.owner_id)
"""
