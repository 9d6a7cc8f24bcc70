"""The closed deals of a night: the same whether kept in step, rebuilt, or derived aside."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from pipeline.actions.passages import refresh
from pipeline.models import Opportunity, Stage
from reporting.queries import cause_deals
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND = date(2026, 2, 1), date(2026, 3, 1)
UNTOUCHED = 12  # enough that the changed ones are no reason for a rebuild
CLOSED = ("external_id", "kind", "closed_on", "amount_minor", "margin_minor", "is_told", "is_lost_first")


@pytest.fixture
def stages() -> dict[str, Stage]:
    return factories.stages(factories.organisation())


def closed_deals(
    organisation: Organisation, day: date, *, stored: bool, known: str | None = None
) -> list[tuple]:
    found = cause_deals.deals(day, known=known, fresh=True, stored=stored)
    columns = ", ".join(CLOSED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {found.closed} c JOIN (SELECT id, external_id FROM pipeline_opportunity"
            " WHERE organisation_id = %s) o ON o.id = c.opportunity_id ORDER BY 1",
            [organisation.id],
        )
        return cursor.fetchall()


def told(stages: dict[str, Stage], name: str, *steps: tuple[str, date], **given: object) -> Opportunity:
    organisation = stages["Won"].organisation
    deal = factories.opportunity(organisation, name, **given)
    for stage, day in steps:
        factories.event(deal, stages[stage], day)
    return deal


def test_the_closes_kept_in_step_are_those_of_a_rebuild_and_those_derived_aside(
    stages: dict[str, Stage],
) -> None:
    organisation = stages["Won"].organisation
    opened, closed = date(2026, 1, 5), date(2026, 1, 20)
    with tenant_scope(organisation.id):
        reopened = told(stages, "reopened", ("Prospecting", opened), ("Lost", closed))
        again = told(stages, "lost again", ("Prospecting", opened), ("Lost", closed))
        corrected = told(stages, "corrected", ("Prospecting", opened), ("Lost", closed))
        late = told(stages, "amount told late", ("Engaging", opened), ("Won", closed), amount_minor=None)
        told(stages, "to come", ("Engaging", opened), ("Won", date(2026, 2, 15)))
        for number in range(UNTOUCHED):
            told(stages, f"untouched {number}", ("Engaging", opened), ("Lost", closed))
    with tenant_scope(organisation.id):
        first = refresh(as_of=FIRST)
        before = closed_deals(organisation, FIRST, stored=True)
    with tenant_scope(organisation.id):
        for deal in (reopened, again):
            factories.event(deal, stages["Prospecting"], date(2026, 2, 3), kind="reopen")
        factories.event(again, stages["Lost"], date(2026, 2, 20), margin_minor=7)
        factories.event(corrected, stages["Won"], closed, amount_minor=5)
        factories.event(late, stages["Won"], closed, kind="change", changed="amount", amount_minor=9)
        Opportunity.objects.filter(pk=late.pk).update(amount_minor=9)
    with tenant_scope(organisation.id):
        second = refresh(as_of=SECOND)
        kept = closed_deals(organisation, SECOND, stored=True)
        aside = closed_deals(organisation, SECOND, stored=False, known=second.known)
        as_known = closed_deals(organisation, FIRST, stored=False, known=first.known)
    with tenant_scope(organisation.id):
        rebuilt_by = refresh(as_of=SECOND, rebuild=True)
        rebuilt = closed_deals(organisation, SECOND, stored=True)

    assert (second.mode, rebuilt_by.mode) == ("incremental", "full")
    assert kept == rebuilt == aside
    assert [row[:4] for row in kept[:-UNTOUCHED]] == [
        ("amount told late", "won", closed, 9),
        ("corrected", "won", closed, 5),
        ("lost again", "lost", date(2026, 2, 20), 1_000_000),
        ("to come", "won", date(2026, 2, 15), 1_000_000),
    ]
    # What nobody knew at the first night is not in it: neither the reopening nor the correction.
    assert [row[:3] for row in before] == [row[:3] for row in as_known]
    assert ("corrected", "lost", closed) in [row[:3] for row in before]
