"""Companies told by the rules: at once, all together, and again when a rule or a company changes."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline.models import Company
from prospecting.actions import classification, companies, segments
from prospecting.domain.targeting import read_rules
from prospecting.models import CompanyTarget, Segment
from prospecting.queries.targets import in_order, spread, target_of
from tenants.access import SYSTEM
from tenants.actions import jobs
from tenants.domain.roles import Role
from tenants.models import Job, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.pipeline.files import imported
from tests.prospecting.prospects import BIG, RETAIL, company, segment

pytestmark = pytest.mark.django_db


def test_a_company_has_the_first_segment_that_it_meets_and_a_profile(in_scope: Organisation) -> None:
    shop = company("Shop", industry="Retail", employees=200)
    retail, _big = segment("Retail"), segment("Big", BIG)
    profile = segment("Key account", BIG, kind="profile")

    assert target_of(shop.id) == (retail.id, profile.id, True)


def test_without_any_rule_nobody_is_off_target(in_scope: Organisation) -> None:
    shop = company("Shop")

    assert target_of(shop.id).in_target
    assert target_of(None).in_target


def test_who_meets_no_rule_is_off_target(in_scope: Organisation) -> None:
    shop = company("Shop", industry="Banking")
    segment("Retail")

    assert target_of(shop.id) == (None, None, False)
    assert not target_of(None).in_target


def test_a_rule_that_changes_tells_everybody_again(in_scope: Organisation) -> None:
    shop = company("Shop", employees=200)
    found = segment("Target", RETAIL)
    assert not target_of(shop.id).in_target

    segments.change(segment=found, rules=read_rules([BIG]), version=found.version, by=SYSTEM)

    assert target_of(shop.id).segment_id == found.id


def test_out_of_use_means_nobody_and_the_order_decides(in_scope: Organisation) -> None:
    shop = company("Shop", industry="Retail", employees=200)
    retail, big = segment("Retail"), segment("Big", BIG)

    segments.move(segment=big, up=True, by=SYSTEM)
    assert target_of(shop.id).segment_id == big.id

    segments.switch(segment=big, by=SYSTEM)
    assert target_of(shop.id).segment_id == retail.id
    assert in_order("segment", used_only=True) == [retail]


def test_a_company_that_is_edited_is_told_again(in_scope: Organisation) -> None:
    found = segment("Retail")
    shop = companies.create(name="Shop", industry="Banking", by=SYSTEM)

    companies.change(company=shop, industry="Retail", by=SYSTEM)

    assert target_of(shop.id).segment_id == found.id


def test_an_import_asks_for_the_companies_to_be_told_again(atelier: Organisation) -> None:
    with tenant_scope(atelier.id):
        found = segment("SAP houses", {"field": "technology", "is": "in", "values": ["SAP"]})
        _perform(atelier, "name,technology\nAcme,SAP; Odoo\nOther,\n")
    factories.run_queued_jobs()

    with tenant_scope(atelier.id):
        acme = Company.objects.get(key="acme")
        assert (acme.technology, target_of(acme.id).segment_id) == ("SAP; Odoo", found.id)
        assert spread().by_segment == {found.id: 1}
        assert spread().off_target == 1


def test_every_night_everybody_is_told_again(atelier: Organisation) -> None:
    due = jobs.enqueue_prospects(now=factories.NOON)

    assert {(job.kind, job.key) for job in due} == {("targets", "2026-02-10"), ("retention", "2026-02-10")}
    assert jobs.enqueue_prospects(now=factories.NOON) == []


def test_what_is_as_it_was_is_not_written(in_scope: Organisation) -> None:
    company("Shop", industry="Retail")
    segment("Retail")

    assert classification.classify() == 0


def test_a_thousand_companies_cost_the_queries_of_one(in_scope: Organisation) -> None:
    segment("Retail")
    company("Shop 0", industry="Retail")
    with CaptureQueriesContext(connection) as few:
        classification.classify()
    Company.objects.bulk_create(
        [Company(name=f"Shop {n}", key=f"shop{n}", industry="Retail") for n in range(1, 1000)]
    )
    with CaptureQueriesContext(connection) as many:
        assert classification.classify() == 999

    assert len(many) == len(few) <= 5


def test_more_companies_than_a_page_can_wait_for_are_left_to_a_worker(
    in_scope: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    company("Shop", industry="Retail")
    monkeypatch.setattr(classification, "AT_ONCE", 0)

    segment("Retail")

    assert not CompanyTarget.objects.exists()
    assert Job.objects.get(kind=jobs.TARGETS).key == jobs.EVERYTHING


def test_a_rule_of_another_time_means_nobody_and_stops_nothing(in_scope: Organisation) -> None:
    shop = company("Shop", industry="Retail")
    Segment.objects.create(name="Old", key="old", rules=["what nobody reads"])

    classification.classify()

    assert target_of(shop.id) == (None, None, False)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"rules": []}, "rules"), ({"name": "–"}, "name"), ({"name": "retail"}, "name")],
)
def test_a_segment_that_says_nothing_is_refused(
    in_scope: Organisation, given: dict[str, Any], field: str
) -> None:
    segment("Retail")

    with pytest.raises(ValidationError) as refused:
        segments.create(
            **{"kind": "segment", "name": "New", "rules": read_rules([BIG]), "by": SYSTEM, **given}
        )
    assert set(refused.value.error_dict) == {field}


def test_two_who_change_one_segment_do_not_overwrite_each_other(in_scope: Organisation) -> None:
    found = segment("Retail")
    segments.change(segment=found, rules=read_rules([BIG]), version=0, by=SYSTEM)

    with pytest.raises(ValidationError, match="in the meantime"):
        segments.change(segment=found, rules=read_rules([RETAIL]), version=0, by=SYSTEM)


def test_a_rep_sets_no_targets(in_scope: Organisation) -> None:
    rep = factories.actor(factories.member(in_scope, Role.REP))

    with pytest.raises(PermissionDenied):
        segments.create(kind="segment", name="New", rules=read_rules([BIG]), by=rep)


def _perform(organisation: Organisation, text: str) -> None:
    from io import BytesIO

    from pipeline.actions import imports
    from pipeline.domain.importing.mapping import read_mapping

    headers = text.splitlines()[0].split(",")
    run = imports.upload(
        file=BytesIO(text.encode()), name="c.csv", kind="companies", by=SYSTEM, organisation=organisation
    )
    mapping = read_mapping({"kind": "companies", "columns": {header: header for header in headers}}, headers)
    imports.settle(run=run, mapping=mapping, policy="all", create_unknown=True, by=SYSTEM)
    imports.perform(run=run, organisation=organisation, by=SYSTEM, now=factories.NOON)


def test_the_same_file_of_technologies_changes_nothing(in_scope: Organisation) -> None:
    text = "name,technologies\nAcme,SAP\n"
    assert imported(in_scope, text, kind="companies").created == 1

    assert imported(in_scope, text, kind="companies").unchanged == 1
