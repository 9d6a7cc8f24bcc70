"""How prospects become opportunities: what followed a first contact, a meeting, an acceptance, as of a day.

The links before the first stage of the pipeline, each as competing outcomes (advanced, lost) with the undecided ones
censored (formulas F2): a young contact is incomplete, not lost. What cannot be followed to a company or a contact, such as
a number typed for a week, is in no link.
"""

from datetime import date
from typing import Final

import pandas as pd
from django.db import connection

from prospecting.domain.meetings import REFUSED
from prospecting.queries.facts import STATES, parameters
from tenants.planner import by_whole_tables

CONTACT, MEETING, ACCEPTANCE = "contact", "meeting", "acceptance"
LINKS: Final = (CONTACT, MEETING, ACCEPTANCE)

MEETING_WITHIN = 90  # days after the first contact; a later meeting came of something else
OPPORTUNITY_WITHIN = 30  # days after the acceptance

COLUMNS = ["link", "entered", "day", "advanced", "lost", "censored"]

FOLLOWED = f"""
WITH known AS MATERIALIZED ({STATES.format(which="true")}),
met AS MATERIALIZED (
    SELECT m.id, m.company_id, m.contact_id, m.in_target, k.held_on, k.said_on, k.state, o.created_on AS opened_on
    FROM known k
    JOIN prospecting_meeting m ON m.organisation_id = %(org)s AND m.id = k.id
    LEFT JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = m.opportunity_id AND o.created_on <= %(as_of)s
    WHERE k.state = ANY(%(held)s)
), first AS MATERIALIZED (
    SELECT a.contact_id, a.company_id, min(a.day) AS day FROM prospecting_activity a
    WHERE a.organisation_id = %(org)s AND a.is_first AND a.in_target AND a.kind IN ('contact', 'conversation')
      AND a.day >= %(since)s AND a.day <= %(as_of)s AND num_nonnulls(a.contact_id, a.company_id) > 0
    GROUP BY 1, 2
), followed AS (
    SELECT f.contact_id, f.company_id, m.held_on FROM first f JOIN met m ON m.contact_id = f.contact_id
    UNION ALL
    SELECT f.contact_id, f.company_id, m.held_on FROM first f
    JOIN met m ON m.company_id = f.company_id AND (m.contact_id IS NULL OR f.contact_id IS NULL)
), link (link, entered, advanced_on, lost_on) AS (
    SELECT 'contact', f.day, min(w.held_on), f.day + {MEETING_WITHIN}
    FROM first f
    LEFT JOIN followed w ON w.contact_id IS NOT DISTINCT FROM f.contact_id AND w.company_id IS NOT DISTINCT FROM f.company_id
         AND w.held_on >= f.day AND w.held_on <= f.day + {MEETING_WITHIN}
    GROUP BY f.contact_id, f.company_id, f.day
    UNION ALL
    SELECT 'meeting', held_on, CASE WHEN state = ANY(%(accepted)s) THEN said_on END,
           CASE WHEN state = ANY(%(refused)s) THEN said_on END
    FROM met WHERE in_target AND held_on >= %(since)s
    UNION ALL
    SELECT 'acceptance', said_on, CASE WHEN opened_on IS NOT NULL THEN greatest(opened_on, said_on) END, said_on + {OPPORTUNITY_WITHIN}
    FROM met WHERE in_target AND state = ANY(%(accepted)s) AND said_on >= %(since)s
)
SELECT link, entered - DATE '0001-01-01' + 1,
       greatest(least(coalesce(advanced_on, lost_on, %(as_of)s), %(as_of)s) - entered, 0),
       count(*) FILTER (WHERE advanced_on IS NOT NULL),
       count(*) FILTER (WHERE advanced_on IS NULL AND lost_on <= %(as_of)s),
       count(*) FILTER (WHERE advanced_on IS NULL AND (lost_on IS NULL OR lost_on > %(as_of)s))
FROM link GROUP BY 1, 2, 3
"""


def followed(*, since: date, as_of: date) -> pd.DataFrame:
    """COLUMNS: what entered a link on a day (a proleptic ordinal) from `since` on, and what came of it after `day` days.

    One query between two settings, with a row a link, day of entry and number of days. Inside the target only.
    """
    with connection.cursor() as cursor, by_whole_tables(cursor):
        cursor.execute(FOLLOWED, parameters(as_of) | {"since": since, "refused": sorted(REFUSED)})
        rows = cursor.fetchall()
    found = pd.DataFrame(rows, columns=COLUMNS)
    return found.astype(dict.fromkeys(COLUMNS[1:], "int64"))
