"""Every company, told by the organisation's rules who it is: its segment and its account profile."""

from collections.abc import Sequence
from uuid import UUID

import pandas as pd
from django.db import connection
from django.db.models import QuerySet

from pipeline.models import Company
from prospecting.domain.companies import comparable_name, registrable_domain, registration
from prospecting.domain.targeting import COLUMNS, Rule, RuleError, first_match, matches, read_rules
from prospecting.models import CompanyTarget, Segment
from prospecting.queries.targets import in_order
from tenants.actions import jobs
from tenants.scope import current_organisation_id

AT_ONCE = 20_000  # companies; more are left to a worker when a rule changes
CHUNK = 20_000
KEYED = ("name", "website", "vat_number")

WRITE = """
INSERT INTO prospecting_companytarget AS known
    (id, organisation_id, company_id, segment_id, profile_id, name_key, domain, registration)
SELECT uuidv7(), %(organisation)s, said.*
FROM unnest(%(companies)s::uuid[], %(segments)s::uuid[], %(profiles)s::uuid[], %(names)s::text[], %(domains)s::text[],
            %(registrations)s::text[]) AS said (company_id, segment_id, profile_id, name_key, domain, registration)
ORDER BY said.company_id
ON CONFLICT (organisation_id, company_id) DO UPDATE
SET segment_id = EXCLUDED.segment_id, profile_id = EXCLUDED.profile_id, name_key = EXCLUDED.name_key,
    domain = EXCLUDED.domain, registration = EXCLUDED.registration
WHERE (known.segment_id, known.profile_id, known.name_key, known.domain, known.registration) IS DISTINCT FROM
    (EXCLUDED.segment_id, EXCLUDED.profile_id, EXCLUDED.name_key, EXCLUDED.domain, EXCLUDED.registration)
"""


def classify(companies: QuerySet[Company] | None = None) -> int:
    """Tell these companies (all of them by default) by the rules in use; return how many were told otherwise than before.

    Set-based: one read and one statement a chunk, and a row is written only when it differs.
    """
    if companies is None:
        companies = Company.objects.all()
        # A company that was merged is no target of its own.
        CompanyTarget.objects.filter(company__merged_into__isnull=False).delete()
    segments = in_order(Segment.Kind.SEGMENT, used_only=True)
    profiles = in_order(Segment.Kind.PROFILE, used_only=True)
    rows = companies.filter(merged_into=None).order_by("id").values_list("id", *COLUMNS, *KEYED)
    frame = pd.DataFrame.from_records(list(rows), columns=["id", *COLUMNS, *KEYED])
    changed = 0
    for start in range(0, len(frame), CHUNK):
        chunk = frame.iloc[start : start + CHUNK]
        changed += _write(chunk, _places(chunk, segments), _places(chunk, profiles))
    return changed


def ask() -> bool:
    """Classify everything: at once where that is quick, else by a worker. True when it is done already."""
    if Company.objects.count() <= AT_ONCE:
        classify()
        return True
    jobs.enqueue(
        organisation_id=current_organisation_id(),
        kind=jobs.TARGETS,
        key=jobs.EVERYTHING,
        task=jobs.TARGETS_TASK,
    )
    return False


def count(rules: Sequence[Rule]) -> tuple[int, int]:
    """How many companies meet all of these rules, and how many there are. One query."""
    rows = Company.objects.filter(merged_into=None).values_list(*COLUMNS)
    frame = pd.DataFrame.from_records(list(rows), columns=list(COLUMNS))
    return int(matches(frame, rules).sum()), len(frame)


def readable(rules: Sequence[object]) -> tuple[Rule, ...]:
    """The rules of a stored document; one that cannot be read any more means nobody, and stops nothing."""
    try:
        return read_rules(rules)
    except RuleError:
        return ()


def _places(chunk: pd.DataFrame, segments: list[Segment]) -> list[UUID | None]:
    ids: list[UUID | None] = [*(segment.id for segment in segments), None]  # -1: the last
    return [ids[place] for place in first_match(chunk, [readable(segment.rules) for segment in segments])]


def _write(chunk: pd.DataFrame, segments: list[UUID | None], profiles: list[UUID | None]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            {
                "organisation": current_organisation_id(),
                "companies": [str(company) for company in chunk["id"]],
                "segments": [segment and str(segment) for segment in segments],
                "profiles": [profile and str(profile) for profile in profiles],
                "names": [comparable_name(name) for name in chunk["name"]],
                "domains": [registrable_domain(address) for address in chunk["website"]],
                "registrations": [registration(number) for number in chunk["vat_number"]],
            },
        )
        return int(cursor.rowcount)
