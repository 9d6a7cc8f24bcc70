"""The statements of reporting.queries.gaps: these are on the pages that are opened every morning."""

from reporting.models import GapResult
from tenants.reading import columns

# Names are read by themselves (NAMES): joined, their policies cost more to plan than all the rest.
LINES = f"""
SELECT o.id, o.parent_id, o.metric, o.segment, o.target, o.computed_target, o.reason, o.state, o.team_id, o.person_id,
       o.engagement_id, o.stage_id,
       EXISTS (SELECT FROM objectives_objective c WHERE c.organisation_id = o.organisation_id AND c.parent_id = o.id),
       {columns(GapResult, "g")}
FROM objectives_objective o
LEFT JOIN reporting_gapresult g
  ON g.organisation_id = o.organisation_id AND g.run_id = %(run)s AND g.objective_id = o.id
WHERE o.organisation_id = %(org)s"""
OF_COMPANY = "o.team_id IS NULL AND o.person_id IS NULL AND o.engagement_id IS NULL"
OWNERS = (
    "(o.team_id = ANY(%(teams)s::uuid[]) OR o.person_id = ANY(%(people)s::uuid[])"
    f" OR (%(company)s AND {OF_COMPANY}))"
)
OWNER = """
AND o.team_id IS NOT DISTINCT FROM %(team)s AND o.person_id IS NOT DISTINCT FROM %(person)s
AND o.engagement_id IS NOT DISTINCT FROM %(engagement)s"""
TOP = f"""
AND o.cycle_id = %(cycle)s AND (o.parent_id IS NULL OR ({OF_COMPANY}) OR o.parent_id IN (
    SELECT p.id FROM objectives_objective p
    WHERE p.organisation_id = %(org)s AND p.cycle_id = %(cycle)s AND p.metric = %(revenue)s
          AND p.team_id IS NULL AND p.person_id IS NULL AND p.engagement_id IS NULL))
ORDER BY o.parent_id NULLS FIRST, o.id LIMIT %(rows)s"""
BELOW = """
AND o.parent_id = %(parent)s
ORDER BY (SELECT t.name FROM tenants_team t WHERE t.organisation_id = o.organisation_id AND t.id = o.team_id),
         (SELECT p.name FROM tenants_person p WHERE p.organisation_id = o.organisation_id AND p.id = o.person_id),
         o.metric, o.id
LIMIT %(rows)s OFFSET %(skip)s"""
# What was stored for an owner, whichever cycle it is of.
STORED = "AND g.id IS NOT NULL"
NAMES = """
SELECT id, name, position FROM pipeline_stage WHERE organisation_id = %(org)s
UNION ALL SELECT id, name, 0 FROM tenants_team WHERE organisation_id = %(org)s
UNION ALL SELECT id, name, 0 FROM tenants_person WHERE organisation_id = %(org)s
UNION ALL SELECT id, name, 0 FROM prospecting_engagement WHERE organisation_id = %(org)s
"""
SHARE = """
SELECT o.id, o.team_id, o.target,
       (SELECT sum(c.target) FROM objectives_objective c
        WHERE c.organisation_id = o.organisation_id AND c.parent_id = o.id),
       coalesce(
           (SELECT t.name FROM tenants_team t WHERE t.organisation_id = o.organisation_id AND t.id = o.team_id),
           (SELECT p.name FROM tenants_person p WHERE p.organisation_id = o.organisation_id AND p.id = o.person_id),
           (SELECT e.name FROM prospecting_engagement e
            WHERE e.organisation_id = o.organisation_id AND e.id = o.engagement_id), '')
FROM objectives_objective o WHERE o.organisation_id = %(org)s AND o.id = %(objective)s
"""
STANDINGS = f"""
SELECT o.person_id, o.team_id, g.target, g.path, g.actual, g.gap_to_path, g.state, g.levers::text
FROM reporting_gapresult g
JOIN objectives_objective o ON o.organisation_id = g.organisation_id AND o.id = g.objective_id
WHERE g.organisation_id = %(org)s AND g.run_id = %(run)s AND o.metric = %(metric)s AND o.segment = '' AND {OWNERS}
"""
