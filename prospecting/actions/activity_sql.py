"""Activities, set-based: the same statements judge and write one row typed on a page, 500 of the API, a million of a file.

Rows come as a relation with the columns FIELDS: a JSON document for few rows, a temporary table for many. `judged` is
that relation with what is decided when an activity is written: company, team of the day, segment, in target or not.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

FIELDS = {
    "row": "integer",
    "id": "uuid",
    "external_id": "text",
    "day": "date",
    "kind": "text",
    "channel": "text",
    "quantity": "integer",
    "person_id": "uuid",
    "engagement_id": "uuid",
    "company_id": "uuid",
    "contact_id": "uuid",
    "segment_id": "uuid",
    "note": "text",
}

_TYPED = ", ".join(f'"{name}" {kind}' for name, kind in FIELDS.items())
FROM_JSON = f"(SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS given({_TYPED}))"

# An activity reaches somebody from here on; attempts reach nobody yet, a lead is not a contact.
REACHED = "('contact', 'conversation')"


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """The parameter `rows` of FROM_JSON."""
    return json.dumps(rows, default=str)


def judged(rows: str) -> str:
    """The rows with what is decided at writing. The company's own segment stands before a segment that is only said.

    Without any segment or profile in use (`everything`), nothing can be off target. An engagement that names segments has
    no other target.
    """
    segment = "CASE WHEN s.company_id IS NULL THEN r.segment_id ELSE ct.segment_id END"
    return f"""(
        SELECT r."row", r.id, r.external_id, r.day, r.kind, r.channel, r.quantity, r.person_id, r.engagement_id, r.contact_id,
               r.note, s.company_id, tm.team_id, {segment} AS segment_id,
               %(everything)s OR CASE WHEN cardinality(en.segments) > 0 THEN coalesce({segment} = ANY(en.segments), false)
                    WHEN s.company_id IS NULL THEN r.segment_id IS NOT NULL
                    ELSE ct.segment_id IS NOT NULL OR ct.profile_id IS NOT NULL END AS in_target
        FROM {rows} r
        LEFT JOIN prospecting_contact c ON c.organisation_id = %(organisation)s AND c.id = r.contact_id
        CROSS JOIN LATERAL (SELECT coalesce(r.company_id, c.company_id) AS company_id) s
        LEFT JOIN prospecting_companytarget ct ON ct.organisation_id = %(organisation)s AND ct.company_id = s.company_id
        LEFT JOIN prospecting_engagement en ON en.organisation_id = %(organisation)s AND en.id = r.engagement_id
        LEFT JOIN tenants_teammembership tm ON tm.organisation_id = %(organisation)s AND tm.person_id = r.person_id
            AND (tm.start_on IS NULL OR tm.start_on <= r.day) AND (tm.end_on IS NULL OR tm.end_on > r.day)
    )"""


def forbidden(rows: str) -> str:
    """(row, reason) of the judged rows whose company or contact asked to be left alone by that day.

    Worked out once for each company and contact, then looked up by the rows.
    """
    mail = "lower(btrim(c.email))"
    host = f"split_part({mail}, '@', 2)"
    digest = f"encode(sha256(convert_to(%(organisation)s::text || ':' || {mail}, 'UTF8')), 'hex')"
    contact = "JOIN prospecting_contact c ON c.organisation_id = %(organisation)s AND c.id = a.contact_id"
    keys = "JOIN prospecting_companytarget ct ON ct.organisation_id = %(organisation)s AND ct.company_id = a.company_id"
    ways = (
        ("", "d.company_id = a.company_id"),
        (keys, "d.key = ct.name_key AND d.key <> ''"),
        (keys, "d.domain = ct.domain AND d.domain <> ''"),
        (contact, f"d.email_digest = {digest} AND c.email <> ''"),
        (contact, f"d.domain = {host} AND d.domain <> ''"),
        (contact, f"d.domain = substring({host} FROM '[^.]+[.][^.]+$') AND d.domain <> ''"),
    )
    listed = " UNION ALL ".join(
        f"""SELECT a.company_id, a.contact_id, d.reason, (d.added_at AT TIME ZONE %(zone)s)::date AS since
            FROM asked a {joined} JOIN prospecting_donotcontact d ON d.organisation_id = %(organisation)s AND {found}"""
        for joined, found in ways
    )
    return f"""
        WITH judged AS (SELECT j."row", j.day, j.company_id, j.contact_id FROM {rows} j
                        WHERE j.company_id IS NOT NULL OR j.contact_id IS NOT NULL),
             asked AS (SELECT DISTINCT company_id, contact_id FROM judged),
             barred AS ({listed})
        SELECT DISTINCT ON (j."row") j."row", b.reason FROM judged j
        JOIN barred b ON (b.company_id, b.contact_id) IS NOT DISTINCT FROM (j.company_id, j.contact_id) AND b.since <= j.day
        ORDER BY j."row", b.since
    """


def subjects_before(rows: str) -> str:
    """Whom the activities that these rows will change were about until now."""
    return f"""
        SELECT DISTINCT coalesce(a.contact_id, a.company_id) FROM {rows} j
        JOIN prospecting_activity a ON a.organisation_id = %(organisation)s AND a.external_id = j.external_id
        WHERE j.external_id <> '' AND coalesce(a.contact_id, a.company_id) IS NOT NULL
    """


# What a second sending can change; an empty cell says nothing. Target, segment and team are judged anew only then.
_KEPT = {
    "day": "new.day",
    "kind": "new.kind",
    "channel": "new.channel",
    "quantity": "new.quantity",
    "person_id": "coalesce(new.person_id, a.person_id)",
    "engagement_id": "coalesce(new.engagement_id, a.engagement_id)",
    "company_id": "coalesce(new.company_id, a.company_id)",
    "contact_id": "coalesce(new.contact_id, a.contact_id)",
    "note": "coalesce(nullif(new.note, ''), a.note)",
}
_JUDGED = ("team_id", "segment_id", "in_target")


def write(rows: str) -> str:
    """Insert the judged rows; one whose external_id is known changes that activity, where it says something else.

    Returns (id, external_id, whether it is new) of what was written. Rows that name nobody are first contacts as said; the
    others are settled by `settle_first`.
    """
    columns = (*_KEPT, *_JUDGED)
    after = {name: text.replace("new.", "excluded.") for name, text in _KEPT.items()}
    sets = ", ".join(f"{name} = {text}" for name, text in after.items())
    sets += "".join(f", {name} = excluded.{name}" for name in _JUDGED)
    return f"""
        INSERT INTO prospecting_activity AS a
            (id, organisation_id, external_id, source, actor_id, is_first, {", ".join(columns)})
        SELECT coalesce(j.id, uuidv7()), %(organisation)s, j.external_id, %(source)s, %(actor)s,
               j.kind = 'contact' AND j.company_id IS NULL AND j.contact_id IS NULL,
               {", ".join(f"j.{name}" for name in columns)}
        FROM {rows} j ORDER BY j."row"
        ON CONFLICT (organisation_id, external_id) WHERE external_id <> ''
        DO UPDATE SET {sets}, is_first = CASE WHEN {after["company_id"]} IS NULL AND {after["contact_id"]} IS NULL
            THEN excluded.kind = 'contact' ELSE a.is_first AND excluded.kind IN {REACHED} END
        WHERE ({", ".join(f"a.{name}" for name in after)}) IS DISTINCT FROM ({", ".join(after.values())})
        RETURNING a.id, a.external_id, a.xmax = 0
    """


# The earliest contact of each subject is its first, in whatever order rows come. A subject is a contact, or a company
# where no contact is named.
def settle_first(subjects: str) -> str:
    """Settle which activity is the first contact of each of `subjects` (a relation with the column `subject`)."""
    earliest = f"""
        SELECT id, is_first, row_number() OVER (PARTITION BY subject ORDER BY day, id) = 1 AS first FROM (
            SELECT a.id, a.day, a.is_first, a.contact_id AS subject FROM prospecting_activity a
            JOIN {subjects} s ON s.subject = a.contact_id
            WHERE a.organisation_id = %(organisation)s AND a.kind IN {REACHED}
            UNION ALL
            SELECT a.id, a.day, a.is_first, a.company_id FROM prospecting_activity a
            JOIN {subjects} s ON s.subject = a.company_id
            WHERE a.organisation_id = %(organisation)s AND a.contact_id IS NULL AND a.kind IN {REACHED}
        ) reached
    """
    # Apart, since few change: a planner that takes the table for empty would number them anew for each of its rows.
    return f"""
        WITH turned AS MATERIALIZED (SELECT id, first FROM ({earliest}) e WHERE is_first <> first)
        UPDATE prospecting_activity a SET is_first = t.first FROM turned t
        WHERE a.organisation_id = %(organisation)s AND a.id = t.id
    """
