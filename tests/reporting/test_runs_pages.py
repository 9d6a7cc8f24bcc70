from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from time_machine import travel

from reporting.models import Run
from tenants import progress
from tenants.actions.jobs import RECOMPUTE, RECOMPUTE_TASK
from tenants.models import AuditEntry, Job, Membership, Organisation
from tests import factories
from tests.reporting import builders

MORNING = "2026-02-12 09:00:00+00:00"


@pytest.fixture
def browser(alice: Membership) -> Client:
    return factories.client_of(alice)


def job(organisation: Organisation, **given: object) -> Job:
    return factories.job(organisation, task=RECOMPUTE_TASK, kind=RECOMPUTE, **given)


def test_a_day_shows_its_run_and_its_job_together(atelier: Organisation, browser: Client) -> None:
    builders.run(atelier)
    job(atelier, key="2026-02-11", state="done", attempts=2)
    job(atelier, key="2026-02-10", state="failed", error="disk full")
    page = browser.get("/o/atelier/runs/")
    first, second = page.context["rows"]
    assert (first.state, first.run.counts["opportunities"], first.job.attempts) == ("done", 8800, 2)
    assert (second.state, second.run) == ("failed", None)
    assert "disk full" in page.text


def test_a_run_made_by_the_command_is_done(atelier: Organisation, browser: Client) -> None:
    builders.run(atelier)
    (row,) = browser.get("/o/atelier/runs/").context["rows"]
    assert (row.state, row.job, row.seconds) == ("done", None, 1.5)


def test_the_page_polls_only_while_something_runs(atelier: Organisation, browser: Client) -> None:
    builders.run(atelier)
    assert 'hx-trigger="every 1s"' not in browser.get("/o/atelier/runs/").text
    job(atelier, key="2026-02-12", state="running")
    assert 'hx-trigger="every 1s"' in browser.get("/o/atelier/runs/").text


def test_progress_tells_the_step(atelier: Organisation, browser: Client) -> None:
    running = job(atelier, key="2026-02-12", state="running")
    progress.report(atelier.id, running.id, step="conversion", done=2, total=4)
    page = browser.get(f"/o/atelier/runs/jobs/{running.id}/")
    assert "Conversion rates" in page.text
    assert 'value="50"' in page.text
    assert "HX-Refresh" not in page


def test_when_it_is_over_the_page_that_waits_reloads(atelier: Organisation, browser: Client) -> None:
    over = job(atelier, key="2026-02-12", state="done")
    page = browser.get(f"/o/atelier/runs/jobs/{over.id}/")
    assert page["HX-Refresh"] == "true"
    assert "every 1s" not in page.text


def test_another_kind_of_job_has_no_progress_here(atelier: Organisation, browser: Client) -> None:
    other = factories.job(atelier, task="pipeline.tasks.run_import", kind="import", key="x")
    assert browser.get(f"/o/atelier/runs/jobs/{other.id}/").status_code == 404


def test_another_organisations_job_is_not_found(rival: Organisation, browser: Client) -> None:
    assert browser.get(f"/o/atelier/runs/jobs/{job(rival).id}/").status_code == 404


@travel(MORNING, tick=False)
def test_asking_queues_the_day_and_leaves_a_trace(atelier: Organisation, browser: Client) -> None:
    answer = browser.post("/o/atelier/runs/recompute/", {"as_of": "2026-02-10"})
    assert answer["Location"] == "/o/atelier/runs/"
    assert Job.objects.get(kind=RECOMPUTE).key == "2026-02-10"
    with factories.scope_of(atelier):
        assert AuditEntry.objects.get(verb="run.ask").detail == {"as_of": "2026-02-10"}


@travel(MORNING, tick=False)
def test_asking_twice_queues_once(atelier: Organisation, browser: Client) -> None:
    for _ in range(2):
        browser.post("/o/atelier/runs/recompute/", {"as_of": "2026-02-10"})
    assert Job.objects.filter(kind=RECOMPUTE).count() == 1


@travel(MORNING, tick=False)
def test_after_asking_one_is_where_one_was(atelier: Organisation, browser: Client) -> None:
    there = "/o/atelier/director/?as_of=2026-02-10"
    answer = browser.post("/o/atelier/runs/recompute/", {"as_of": "2026-02-10", "next": there})
    assert answer["Location"] == there
    elsewhere = browser.post(
        "/o/atelier/runs/recompute/", {"as_of": "2026-02-10", "next": "https://example.com/"}
    )
    assert elsewhere["Location"] == "/o/atelier/runs/"


@travel(MORNING, tick=False)
@pytest.mark.parametrize("day", ["2026-02-12", "2027-01-01", "soon", ""])
def test_a_day_that_is_not_over_is_refused_at_its_field(
    atelier: Organisation, browser: Client, day: str
) -> None:
    page = browser.post("/o/atelier/runs/recompute/", {"as_of": day})
    assert page.status_code == 422
    assert page.context["form"].errors["as_of"]
    assert f'value="{day}"' in page.text or not day
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"), [("adviser", 403), ("rep", 403), ("manager", 302), ("administrator", 302)]
)
def test_only_some_roles_recompute(atelier: Organisation, role: str, status: int) -> None:
    client = factories.client_of(factories.member(atelier, role))
    assert client.post("/o/atelier/runs/recompute/", {"as_of": "2026-02-10"}).status_code == status


def test_the_detail_shows_counts_steps_and_version(atelier: Organisation, browser: Client) -> None:
    run = builders.run(atelier)
    page = browser.get(f"/o/atelier/runs/{run.id}/")
    assert page.context["counts"][0] == ("Opportunities read", "8,800")
    assert page.context["timings"] == [("Reading the events", "1,200"), ("Counting the days", "300")]
    assert "2026.11" in page.text
    assert "/o/atelier/director/?as_of=2026-02-11" in page.text


def test_older_days_are_a_page_away(atelier: Organisation, browser: Client) -> None:
    with factories.scope_of(atelier):
        Run.objects.bulk_create(
            Run(
                organisation=atelier, as_of=builders.AS_OF - timedelta(days=day), mode="past",
                started_at=builders.NIGHT, finished_at=builders.NIGHT, engine="2026.11",
            )
            for day in range(60)
        )  # fmt: skip
    page = browser.get("/o/atelier/runs/")
    older = browser.get("/o/atelier/runs/" + page.context["older_url"])
    assert (len(page.context["rows"]), len(older.context["rows"])) == (50, 10)
    assert older.context["rows"][0].as_of == page.context["rows"][-1].as_of - timedelta(days=1)
