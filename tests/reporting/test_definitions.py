"""One language for all: a page that shows figures leads from them to their definitions."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from objectives.domain.catalogue import CATALOGUE
from pipeline.models import Opportunity
from tenants.models import Membership
from tests import factories
from tests.kept import kept
from tests.reporting import builders
from tests.reporting.builders import Quarter

LINK = re.compile(r'href="/o/atelier/objectives/metrics/#([a-z_]+)"')

PAGES = {
    "director/": {"revenue_won", "gap_to_path", "path", "lever_contribution"},
    "manager/?team={north}": {"stage_conversion_rate", "revenue_won", "cover_ratio", "gap_to_path"},
    "rep/?person={carol}": {"stage_conversion_rate", "revenue_won", "cover_ratio", "gap_to_path"},
    "objectives/": {"revenue_won"},
    "objectives/{cycle}/review/": {"revenue_won", "cover_ratio"},
    "objectives/objective/{objective}/": {"revenue_won"},
    "opportunities/": {"revenue_won"},
    "opportunities/{deal}/": {"revenue_won", "margin_won", "recurring_share", "contract_months"},
}


@kept
def deal(quarter: Quarter) -> Opportunity:
    return factories.opportunity(
        quarter.organisation, owner=quarter.carol, team=quarter.north, margin_minor=1, recurring_minor=1,
        contract_months=12,
    )  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_the_figures_of_a_page_lead_to_their_definitions(
    page: str, quarter: Quarter, deal: Opportunity, alice: Membership
) -> None:
    address = page.format(
        north=quarter.north.id, carol=quarter.carol.id, cycle=quarter.cycle.id,
        objective=quarter.company_objective.id, deal=deal.id,
    )  # fmt: skip
    client: Client = factories.client_of(alice)
    query = f"{'&' if '?' in page else '?'}cycle={quarter.cycle.id}&as_of={builders.AS_OF.isoformat()}"

    found = set(LINK.findall(client.get(f"/o/atelier/{address}{query}", follow=True).content.decode()))

    assert found >= PAGES[page]
    assert found <= CATALOGUE.keys()
