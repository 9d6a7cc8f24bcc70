"""A large organisation, made by set-based SQL from a seed: for figures of speed, not for believing."""

from typing import Any
from uuid import UUID

from bench.place import Place
from tenants.models import Organisation

PEOPLE = 40
TEAMS = 5
DAYS = 730
LAST_DAY = "2026-10-31"

# hashtextextended is a stable function of its text and seed: the same population at every run.
PICK = """
CREATE FUNCTION pg_temp.pick(label text, n bigint, upto bigint) RETURNS int LANGUAGE sql IMMUTABLE AS
    $$ SELECT (abs(hashtextextended(label || ':' || n, 42)) %% upto)::int $$
"""

WHO = """
INSERT INTO pipeline_stage (id, organisation_id, name, key, position, kind)
SELECT uuidv7(), %(org)s, name, lower(name), row_number() OVER (), kind
FROM (VALUES ('Prospecting', 'open'), ('Discovery', 'open'), ('Proposal', 'open'), ('Negotiation', 'open'),
             ('Won', 'won'), ('Lost', 'lost')) AS s (name, kind);

INSERT INTO tenants_person (id, organisation_id, name, key, email, fte, profile)
SELECT uuidv7(), %(org)s, 'Person ' || n, 'person' || n, '', 1, 'confirmed' FROM generate_series(1, %(people)s) n;

INSERT INTO tenants_team (id, organisation_id, name, key)
SELECT uuidv7(), %(org)s, 'Team ' || n, 'team' || n FROM generate_series(1, %(teams)s) n;

INSERT INTO tenants_teammembership (id, organisation_id, person_id, team_id)
SELECT uuidv7(), %(org)s, p.id, t.id
FROM (SELECT id, row_number() OVER (ORDER BY key) n FROM tenants_person WHERE organisation_id = %(org)s) p
JOIN (SELECT id, row_number() OVER (ORDER BY key) n FROM tenants_team WHERE organisation_id = %(org)s) t
     ON t.n = 1 + p.n %% %(teams)s
"""

# reach: 0-2 stop at the first stage, 3-5 at the second, 6-7 at the third, 8-9 at the fourth; then won or lost.
LIVES = """
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT uuidv7() AS id, g.n,
       DATE %(last)s - %(days)s + pick.opened AS opened_on,
       pick.reach, pick.won, pick.lag1, pick.lag2, pick.lag3, pick.lag4, pick.amount, p.id AS person, m.team_id AS team
FROM generate_series(1, %(size)s) AS g (n)
CROSS JOIN LATERAL (SELECT pg_temp.pick('opened', g.n, %(days)s) AS opened, pg_temp.pick('reach', g.n, 10) AS reach,
    pg_temp.pick('won', g.n, 2) AS won, 3 + pg_temp.pick('lag1', g.n, 25) AS lag1, 5 + pg_temp.pick('lag2', g.n, 35) AS lag2,
    5 + pg_temp.pick('lag3', g.n, 45) AS lag3, 2 + pg_temp.pick('lag4', g.n, 40) AS lag4,
    100000 + pg_temp.pick('amount', g.n, 5000000) AS amount, pg_temp.pick('person', g.n, %(people)s) AS person) pick
JOIN (SELECT id, row_number() OVER (ORDER BY key) - 1 AS n FROM tenants_person WHERE organisation_id = %(org)s) p
     ON p.n = pick.person
JOIN tenants_teammembership m ON m.person_id = p.id
ORDER BY g.n;

CREATE TEMP TABLE steps ON COMMIT DROP AS
SELECT id, n, person, team, amount, s.position, s.day
FROM made CROSS JOIN LATERAL (VALUES
    (1, opened_on, true),
    (2, (opened_on + lag1)::date, reach >= 3),
    (3, (opened_on + lag1 + lag2)::date, reach >= 6),
    (4, (opened_on + lag1 + lag2 + lag3)::date, reach >= 8),
    (CASE WHEN reach >= 8 AND won = 1 THEN 5 ELSE 6 END,
     (opened_on + lag1 + CASE WHEN reach >= 3 THEN lag2 ELSE 0 END + CASE WHEN reach >= 6 THEN lag3 ELSE 0 END
      + CASE WHEN reach >= 8 THEN lag4 ELSE 0 END)::date, true)) AS s (position, day, done)
WHERE s.done AND s.day <= DATE %(last)s
"""

# Events come in the order of their days, as a life brings them, not deal by deal.
ROWS = """
INSERT INTO pipeline_opportunity (id, organisation_id, external_id, name, owner_id, team_id, segment, channel, stage_id,
                                  amount_minor, created_on, closed_on, lost_reason)
SELECT m.id, %(org)s, 'B' || n, 'Deal ' || n, person, team, '', '', s.id, amount, opened_on,
       CASE WHEN s.kind <> 'open' THEN last.day END, ''
FROM made m
JOIN (SELECT DISTINCT ON (id) id, position, day FROM steps ORDER BY id, position DESC) last ON last.id = m.id
JOIN pipeline_stage s ON s.organisation_id = %(org)s AND s.position = last.position
ORDER BY n;

INSERT INTO pipeline_opportunityevent (id, organisation_id, opportunity_id, kind, occurred_on, source, changed, stage_id,
                                       owner_id, team_id, amount_minor)
SELECT uuidv7(), %(org)s, steps.id, 'stage', day, 'history', '', s.id, person, team, amount
FROM steps JOIN pipeline_stage s ON s.organisation_id = %(org)s AND s.position = steps.position
ORDER BY day, n
"""


def populate(place: Place, size: int) -> UUID:
    """An organisation of `size` opportunities with about three dated stages each, made when absent; its id."""
    slug = f"bench-{size}"
    known = Organisation.objects.filter(slug=slug).first()
    if known is not None:
        return known.id
    organisation = Organisation.objects.create(name=slug, slug=slug, currency="EUR")
    parameters: dict[str, Any] = {
        "org": str(organisation.id), "people": PEOPLE, "teams": TEAMS, "days": DAYS, "last": LAST_DAY, "size": size,
    }  # fmt: skip
    with place.superuser() as cursor:
        # The references hold by construction: checking a million of them one by one is not what is measured.
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL work_mem = '256MB'")
        for part in (PICK, WHO, LIVES, ROWS):
            cursor.execute(part, parameters)
    place.maintain("VACUUM ANALYZE")
    return organisation.id
