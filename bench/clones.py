"""Organisations alike, copied row by row from one that is complete: what it stores, promises and has computed included."""

from collections.abc import Sequence
from uuid import UUID

from psycopg2 import sql

from bench.place import Place
from tenants.models import Organisation

AT_ONCE = 50

# Tables of an organisation, each with its columns and their types; what numbers itself is left out.
TABLES = """
SELECT c.oid::regclass::text, array_agg(a.attname::text ORDER BY a.attnum),
       array_agg(format_type(a.atttypid, NULL) ORDER BY a.attnum)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = '' AND a.attgenerated = ''
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  AND EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = c.oid AND o.attname = 'organisation_id')
GROUP BY c.oid
"""

# An id of the copy is the same but for its version, so that it is none of the template's, and its last four digits, the
# number of the copy: ids keep their order, and references hold by themselves. (Ids of one organisation differ long before:
# their last sixty-two bits are random.) The nil UUID is of no version and stays.
COPIED_ID = "CASE WHEN substr({0}::text, 15, 1) = '7' THEN overlay(overlay({0}::text PLACING '8' FROM 15) PLACING copy.mark FROM 33)::uuid ELSE {0} END"
ID = "([0-9a-f]{8}-[0-9a-f]{4}-)7([0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{8})[0-9a-f]{4}"
COPIED_TEXT = "regexp_replace({0}::text, '{ID}', '\\18\\2' || copy.mark, 'g')::{1}".replace(
    "{ID}", ID.replace("{", "{{").replace("}", "}}")
)


def clones(place: Place, template: UUID, slug: str, numbers: Sequence[int]) -> list[UUID]:
    """Copies of an organisation, one for each number (up to 65 535), made when absent; their ids."""
    known = dict(Organisation.objects.filter(slug__startswith=f"{slug}-").values_list("slug", "id"))
    wanted = {number: f"{slug}-{number}" for number in numbers}
    missing = [number for number in numbers if wanted[number] not in known]
    for first in range(0, len(missing), AT_ONCE):
        made = [
            Organisation(name=wanted[number], slug=wanted[number], currency="EUR")
            for number in missing[first : first + AT_ONCE]
        ]
        Organisation.objects.bulk_create(made)
        known |= {one.slug: one.id for one in made}
        _copy(place, template, [(known[wanted[n]], n) for n in missing[first : first + AT_ONCE]])
    return [known[wanted[number]] for number in numbers]


def _copy(place: Place, template: UUID, copies: Sequence[tuple[UUID, int]]) -> None:
    parameters = {
        "template": str(template), "ids": [str(one) for one, _number in copies],
        "marks": [f"{number:04x}" for _one, number in copies],
    }  # fmt: skip
    with place.superuser() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(TABLES)
        for table, columns, types in cursor.fetchall():
            names = [sql.Identifier(name).as_string(cursor) for name in columns]
            kinds = [
                "own" if name == "organisation_id" else of for name, of in zip(columns, types, strict=True)
            ]
            values = [_value(f"t.{name}", kind) for name, kind in zip(names, kinds, strict=True)]
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values).replace('%', '%%')}"
                " FROM unnest(%(ids)s::uuid[], %(marks)s::text[]) WITH ORDINALITY copy (id, mark, place)"
                f" CROSS JOIN {table} t WHERE t.organisation_id = %(template)s ORDER BY copy.place, t.ctid",
                parameters,
            )


def _value(column: str, kind: str) -> str:
    """What the copy has in a column. kind: its type, or "own" for the organisation's id."""
    if kind == "own":
        return "copy.id"
    if kind == "uuid":
        return COPIED_ID.format(column)
    return COPIED_TEXT.format(column, kind) if kind in ("jsonb", "uuid[]") else column
