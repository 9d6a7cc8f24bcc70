"""In a large organisation a page shows what is kept, or waits for a worker: never for its own work."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from django.test import Client
from time_machine import travel

from reporting.actions import looks
from reporting.queries import memo
from tenants.actions.jobs import LOOK
from tenants.models import Job, Membership
from tests import factories
from tests.kept import kept
from tests.reporting import builders, worked
from tests.reporting.builders import Quarter
from tests.reporting.conftest import Open

PAGES = [
    *("levers/", "levers/deals/", "levers.csv", "value/", "value.csv", "what-if/"),
    *("conversion/", "conversion/cohorts/", "conversion/time/", "conversion/ageing/", "conversion/flow/"),
    *("conversion/deals/?of=open", "conversion/rates.csv"),
]


@kept
def busy(quarter: Quarter) -> Quarter:
    worked.deals(quarter)
    worked.night(quarter)
    return quarter


@pytest.fixture
def large(busy: Quarter, monkeypatch: pytest.MonkeyPatch) -> Quarter:
    """An organisation that counts as one of many thousand deals."""
    monkeypatch.setattr(memo, "LARGE", 10)
    return busy


def jobs() -> list[Job]:
    return list(Job.objects.filter(kind=LOOK))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_waits_for_a_worker_and_is_there_when_it_has_looked(
    read: Open, alice: Membership, large: Quarter, page: str, run_queued_jobs: Any
) -> None:
    page, _mark, query = page.partition("?")
    asked = dict(parse_qsl(query))
    waits = read(f"analysis/{page}", alice, **asked)
    assert waits.status_code == 202
    assert "Waiting for a worker" in waits.text
    [job] = jobs()

    run_queued_jobs()
    assert read(f"analysis/looks/{job.id}/", alice).headers["HX-Refresh"] == "true"

    assert read(f"analysis/{page}", alice, **asked).status_code == 200
    assert len(jobs()) == 1  # nothing was asked for again


def test_the_page_is_the_one_that_a_small_organisation_gets_at_once(
    read: Open, alice: Membership, busy: Quarter, monkeypatch: pytest.MonkeyPatch, run_queued_jobs: Any
) -> None:
    monkeypatch.setattr(memo, "LARGE", 10)
    read("analysis/conversion/", alice)
    run_queued_jobs()
    after_waiting = read("analysis/conversion/", alice).context["rows"]

    monkeypatch.setattr(memo, "LARGE", 10_000)
    memo.cache.clear()
    assert read("analysis/conversion/", alice).context["rows"] == after_waiting


def test_htmx_gets_the_part_of_the_page_that_its_filters_replace(
    read: Open, alice: Membership, large: Quarter
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "page"}
    assert read("analysis/value/", alice, headers=headers).text.lstrip().startswith('<div id="page"')


def test_whoever_cannot_wait_gets_the_last_answer_with_its_age_though_events_were_written_since(
    read: Open, alice: Membership, large: Quarter, run_queued_jobs: Any
) -> None:
    age = "what was recorded since is not in these figures yet"
    read("analysis/value/", alice)
    run_queued_jobs()
    assert age not in read("analysis/value/", alice).text
    factories.event(factories.opportunity(large.organisation), recorded_xact=2**60)  # by a later transaction

    page = read("analysis/value/", alice)
    assert (page.status_code, age in page.text) == (200, True)


def test_after_the_night_the_first_pages_of_the_morning_are_there(
    read: Open, alice: Membership, large: Quarter, run_queued_jobs: Any
) -> None:
    job = factories.job(
        large.organisation, kind="recompute", key=builders.AS_OF.isoformat(), task="reporting.tasks.recompute"
    )
    assert run_queued_jobs() == 1
    assert job.pk not in [one.pk for one in jobs()]
    run_queued_jobs()

    for page in ("levers/", "conversion/", "value/", "what-if/"):
        assert read(f"analysis/{page}", alice).status_code == 200, page


def test_a_small_organisation_asks_no_worker(read: Open, alice: Membership, busy: Quarter) -> None:
    assert read("analysis/value/", alice).status_code == 200
    assert jobs() == []


def test_a_list_of_the_api_says_when_to_ask_again(large: Quarter, run_queued_jobs: Any) -> None:
    client = Client(headers={"Authorization": f"Bearer {factories.api_key(large.organisation)[1]}"})
    asked = {"as_of": builders.AS_OF.isoformat(), "by": "segment"}

    first = client.get("/api/v1/conversion/by", asked)
    assert (first.status_code, first.headers["Retry-After"]) == (202, "10")
    run_queued_jobs()

    told = client.get("/api/v1/conversion/by", asked)
    assert {row["worked_out_at"] for row in told.json()} == {None}
    assert "Age" not in told.headers


def test_an_earlier_answer_of_the_api_says_its_age_too(large: Quarter, run_queued_jobs: Any) -> None:
    client = Client(headers={"Authorization": f"Bearer {factories.api_key(large.organisation)[1]}"})
    asked = {"as_of": builders.AS_OF.isoformat(), "by": "segment"}
    with travel("2026-02-12T02:00:00Z", tick=False):
        client.get("/api/v1/conversion/by", asked)
        run_queued_jobs()
    factories.event(factories.opportunity(large.organisation), recorded_xact=2**60)  # by a later transaction

    with travel("2026-02-12T02:30:00Z", tick=False):
        told = client.get("/api/v1/conversion/by", asked)

    assert {row["worked_out_at"] for row in told.json()} == {"2026-02-12T03:00:00+01:00"}
    assert told.headers["Age"] == "1800"


def test_how_far_a_look_is_is_only_for_who_asked(read: Open, alice: Membership, large: Quarter) -> None:
    read("analysis/value/", alice)
    [job] = jobs()
    assert read(f"analysis/looks/{job.id}/", alice).status_code == 200
    another = factories.member(large.organisation, "adviser")
    assert read(f"analysis/looks/{job.id}/", another).status_code == 404


def test_a_look_of_somebody_who_left_is_refused(
    alice: Membership, large: Quarter, run_queued_jobs: Any
) -> None:
    with factories.scope_of(large.organisation):
        looks.ask(looks.Look(alice.id, ("/o/atelier/analysis/value/",)))
    Membership.objects.filter(pk=alice.pk).update(is_active=False)
    run_queued_jobs()
    assert [(job.state, job.error) for job in jobs()] == [("failed", "nobody waits for this any more")]


def test_what_a_look_was_about_may_be_lost(alice: Membership, large: Quarter, run_queued_jobs: Any) -> None:
    with factories.scope_of(large.organisation):
        looks.ask(looks.Look(alice.id, ("/o/atelier/analysis/value/",)))
    memo.cache.clear()
    run_queued_jobs()
    assert [job.state for job in jobs()] == ["failed"]


def test_no_look_at_another_organisation(
    alice: Membership, large: Quarter, rival: Any, run_queued_jobs: Any
) -> None:
    with factories.scope_of(large.organisation):
        looks.ask(looks.Look(alice.id, ("/o/rival/analysis/value/",)))
    run_queued_jobs()
    assert [(job.state, job.organisation_id) for job in jobs()] == [("failed", large.organisation.id)]


def test_a_member_of_nowhere_asks_for_nothing(large: Quarter, run_queued_jobs: Any) -> None:
    with factories.scope_of(large.organisation):
        looks.ask(looks.Look(UUID(int=7), ("/o/atelier/analysis/value/",)))
    run_queued_jobs()
    assert [job.state for job in jobs()] == ["failed"]
