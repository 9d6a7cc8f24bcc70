"""The deals of a night: the same whether kept in step, rebuilt, or derived aside."""

from __future__ import annotations

from datetime import UTC, date, datetime

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
UNTOUCHED = 24  # enough that the changed ones are no reason for a rebuild
CLOSED = (
    "external_id", "kind", "closed_on", "amount_minor", "margin_minor", "is_told", "is_lost_first", "opened_on", "team_id",
    "owner_id", "segment", "company_id",
)  # fmt: skip
OPENED = (
    "external_id", "kind", "stage_id", "opened_on", "team_id", "owner_id", "amount_minor", "company_id",
    "first_expected_on", "last_event_on",
)  # fmt: skip


@pytest.fixture
def stages() -> dict[str, Stage]:
    return factories.stages(factories.organisation())


def closed_deals(
    organisation: Organisation, day: date, *, stored: bool, known: str | None = None
) -> list[tuple]:
    found = cause_deals.stored_deals() if stored else cause_deals.deals(day, known=known, fresh=True)
    return rows_of(organisation, day, found.closed, CLOSED)


def rows_of(organisation: Organisation, day: date, source: str, columns: tuple[str, ...]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM {source} c JOIN (SELECT id, external_id FROM pipeline_opportunity"
            " WHERE organisation_id = %(org)s) o ON o.id = c.opportunity_id ORDER BY 1",
            cause_deals.parameters(day),
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


def test_the_open_deals_kept_in_step_are_those_of_a_rebuild_and_those_derived_aside(
    stages: dict[str, Stage],
) -> None:
    """Given deals that go on, come back, close, change hands, are put off, or change without a day, then all three agree."""
    organisation = stages["Won"].organisation
    opened = date(2026, 1, 5)
    with tenant_scope(organisation.id):
        moved = told(stages, "moved", ("Prospecting", opened), amount_minor=None)
        told(stages, "to close", ("Prospecting", opened), ("Lost", date(2026, 2, 15)))
        told(stages, "to come", ("Prospecting", date(2026, 2, 15)))
        again = told(stages, "open again", ("Prospecting", opened), ("Lost", date(2026, 1, 20)))
        put_off = told(stages, "put off", ("Prospecting", opened))
        factories.event(
            put_off, stages["Prospecting"], date(2026, 1, 8), kind="change", expected_close_on=SECOND
        )
        renamed = told(stages, "of another company", ("Prospecting", opened))
        waiting = told(stages, "told without a day", ("Prospecting", opened))
        recorded = datetime(2026, 2, 10, tzinfo=UTC)  # after the first night's day, though it knows the event
        factories.event(
            waiting, stages["Prospecting"], None, kind="change", amount_minor=4, recorded_at=recorded
        )
        for number in range(UNTOUCHED):
            told(stages, f"untouched {number}", ("Engaging", opened))
    with tenant_scope(organisation.id):
        refresh(as_of=FIRST)
    with tenant_scope(organisation.id):
        other = factories.company(organisation, "Elsewhere")
        factories.event(moved, stages["Engaging"], date(2026, 2, 3), amount_minor=8)
        factories.event(again, stages["Prospecting"], date(2026, 2, 3), kind="reopen")
        factories.event(
            put_off,
            stages["Prospecting"],
            date(2026, 2, 9),
            kind="change",
            expected_close_on=date(2026, 6, 1),
        )
        factories.event(
            renamed, stages["Prospecting"], None, kind="change", changed="company", amount_minor=3
        )
        Opportunity.objects.filter(pk=renamed.pk).update(company=other)
    with tenant_scope(organisation.id):
        second = refresh(as_of=SECOND)
        kept = rows_of(organisation, SECOND, cause_deals.stored_deals().opened, OPENED)
        derived = cause_deals.deals(SECOND, known=second.known, fresh=True).opened
        aside = rows_of(organisation, SECOND, f"(SELECT * FROM {derived} WHERE kind = 'open')", OPENED)
    with tenant_scope(organisation.id):
        assert refresh(as_of=SECOND, rebuild=True).mode == "full"
        rebuilt = rows_of(organisation, SECOND, cause_deals.stored_deals().opened, OPENED)

    assert second.mode == "incremental"
    assert kept == rebuilt == aside
    assert [row[0] for row in kept[:-UNTOUCHED]] == [
        "moved",
        "of another company",
        "open again",
        "put off",
        "to come",
        "told without a day",
    ]
    assert kept[0][6] == 8
    assert kept[1][7] == other.pk
    assert kept[5][6] == 4
    assert kept[3][8] == SECOND  # the first close that was expected, not the latest
