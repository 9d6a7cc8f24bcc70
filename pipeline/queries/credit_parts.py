"""The statement that shares won deals out to those who are credited with them; `pipeline.domain.credit.parts` in SQL."""

from pipeline.queries.passage_sql import NOBODY

# Ties go to the owner, then by person. Shares in force: those of the latest agreement that %(known)s can have seen.
# passages: a table, or a subquery, with the columns of passages and their sign.
CREDIT_PARTS = f"""
WITH share AS (
    SELECT v.sign, s.opportunity_id, s.person_id, s.share,
           rank() OVER (PARTITION BY v.sign, s.opportunity_id ORDER BY s.number DESC) AS age
    FROM pipeline_creditshare s
    JOIN (VALUES (1, %(known)s::pg_snapshot), (-1, %(known_before)s::pg_snapshot)) v (sign, snapshot)
      ON pg_visible_in_snapshot(s.recorded_xact::text::xid8, v.snapshot)
    WHERE s.organisation_id = %(org)s
), won AS (
    SELECT p.opportunity_id, p.stage_id, p.team_id AS won_by, p.owner_id AS owner, p.opened_on, p.entered_on, p.sign,
           p.amount_minor, s.person_id, s.share, floor(p.amount_minor * s.share)::bigint AS low
    FROM {{passages}} p
    JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = p.stage_id AND k.kind = 'won'
    JOIN share s ON s.opportunity_id = p.opportunity_id AND s.sign = p.sign AND s.age = 1
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY opportunity_id, sign
                                 ORDER BY low - amount_minor * share, person_id NULLS FIRST) AS place,
           amount_minor - sum(low) OVER (PARTITION BY opportunity_id, sign) AS rest
    FROM won
)
SELECT r.opportunity_id, r.stage_id, coalesce(r.person_id, r.owner) AS owner_id, r.opened_on, r.entered_on, r.sign,
       CASE WHEN coalesce(r.person_id, r.owner) = r.owner THEN r.won_by ELSE coalesce(m.team_id, {NOBODY}) END AS team_id,
       r.share, r.low + CASE WHEN r.place <= r.rest THEN 1 ELSE 0 END AS amount_minor, r.owner AS won_owner,
       r.won_by AS won_team, r.amount_minor AS whole_minor
FROM ranked r
LEFT JOIN tenants_teammembership m ON m.organisation_id = %(org)s AND m.person_id = r.person_id
     AND (m.start_on IS NULL OR m.start_on <= r.entered_on) AND (m.end_on IS NULL OR m.end_on > r.entered_on)
"""
