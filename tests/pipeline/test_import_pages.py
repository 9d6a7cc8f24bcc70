"""The pages of an import, from the file sent to the report, with the mouse alone."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from pipeline import tasks
from pipeline.actions import imports
from pipeline.models import ImportRun, Opportunity
from pipeline.views import import_reports
from tenants.models import Job, Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.pipeline.files import DEALS

HOME = "/o/atelier/imports/"
GOOD = "D1,Carol,Won,10,2026-01-25,2026-02-01,Acme,GTX\n"
WRONG = "=D2,Carol,Dreaming,ten,2026-01-25,,,\n"


@pytest.fixture(autouse=True)
def _own_uploads(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def browser(atelier: Organisation, alice: Membership) -> Client:
    factories.stages(atelier)
    return factories.client_of(alice)


def send(browser: Client, text: str, name: str = "deals.csv") -> Any:
    return browser.post(f"{HOME}new/", {"file": SimpleUploadedFile(name, text.encode()), "kind": ""})


def choices(page: Any, **changed: str) -> dict[str, Any]:
    """What the columns page would send as it stands, with some choices changed."""
    form = page.context["form"]
    sent = {field.html_name: field.value() or "" for field in form}
    return {name: value for name, value in {**sent, **changed}.items() if value is not False}


def tried(browser: Client, text: str, **changed: str) -> Any:
    page = send(browser, text)
    return browser.post(page.url, choices(browser.get(page.url), **changed), follow=True)


def test_a_file_goes_from_upload_to_report(browser: Client, atelier: Organisation) -> None:
    page = tried(browser, DEALS + GOOD + WRONG)
    assert "What would happen" in page.content.decode()

    page = browser.post(page.request["PATH_INFO"] + "start/", follow=True)
    assert "Waiting for a worker" in page.content.decode()
    run_queued_jobs_of_imports()
    report = browser.get(page.request["PATH_INFO"]).content.decode()

    assert "What happened" in report
    assert "is not an amount" in report
    with tenant_scope(atelier.id):
        assert Opportunity.objects.count() == 1


def test_the_report_leads_on_to_the_figures_and_to_objectives(browser: Client) -> None:
    page = tried(browser, DEALS + GOOD)
    leads = "/o/atelier/objectives/", "/o/atelier/runs/"
    assert browser.get(page.request["PATH_INFO"]).context["followed"] == []  # nothing is written yet

    browser.post(page.request["PATH_INFO"] + "start/")
    run_queued_jobs_of_imports()
    report = browser.get(page.request["PATH_INFO"])

    assert tuple(one["url"] for one in report.context["followed"]) == leads
    assert all(f'href="{url}">' in report.content.decode().split("form-actions")[-1] for url in leads)


def test_a_note_counts_as_the_reader_writes() -> None:
    counts = {"created": 8800, "changed": 0, "unchanged": 0, "refused": 0}
    notes = [{"code": "teams_backfilled", "params": {"count": 8800}}]
    run = ImportRun(check_report={**counts, "notes": notes, "errors": [], "new_counts": {}})

    with translation.override("fr"):
        (note,) = import_reports.told(run)["notes"]

    # True of a try as of an import.
    assert note == ("Opportunités sans équipe, qui prennent celle de leur propriétaire\u00a0: 8\u202f800.")


def run_queued_jobs_of_imports() -> None:
    for job in Job.objects.filter(kind__in=[imports.IMPORT, imports.CHECK], state=Job.State.QUEUED):
        {imports.IMPORT: tasks.import_file, imports.CHECK: tasks.check_file}[job.kind].apply(
            args=(str(job.organisation_id), str(job.id)), throw=True
        )


def test_a_file_that_would_be_refused_cannot_be_started_from_its_page(browser: Client) -> None:
    page = tried(browser, DEALS + GOOD + WRONG, policy="all").content.decode()

    assert "Nothing would be written" in page
    assert "/start/" not in page


def test_the_refused_rows_download_as_csv(browser: Client) -> None:
    page = tried(browser, DEALS + GOOD + WRONG)
    browser.post(page.request["PATH_INFO"] + "start/")
    run_queued_jobs_of_imports()

    answer: Any = browser.get(page.request["PATH_INFO"] + "refused.csv")

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert answer["Content-Disposition"].startswith("attachment")
    assert lines[0].startswith('"Row","Why it was refused","id","owner"')
    assert lines[1].startswith('"3",')
    assert '"\'=D2"' in lines[1]


def test_ambiguous_dates_must_be_chosen(browser: Client) -> None:
    page = send(browser, DEALS + "D1,Carol,Won,10,01/02/2026,03/04/2026,Acme,GTX\n")
    columns = browser.get(page.url)
    assert columns.context["form"]["date_format"].value() is None

    refused = browser.post(page.url, choices(columns, policy="all"))

    assert refused.status_code == 422
    assert refused.context["form"]["policy"].value() == "all"
    assert "date_format" in refused.context["form"].errors


def test_a_column_matched_twice_is_said_and_the_choices_stay(browser: Client) -> None:
    page = send(browser, DEALS + GOOD)

    refused = browser.post(page.url, choices(browser.get(page.url), column_1="stage"))

    assert refused.status_code == 422
    assert "both matched with stage" in refused.content.decode()
    assert refused.context["form"]["column_1"].value() == "stage"


def test_a_file_that_is_no_table_is_refused_at_the_field(browser: Client) -> None:
    answer = send(browser, "")

    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors


def test_a_file_without_known_columns_asks_what_it_is(browser: Client) -> None:
    page = browser.get(send(browser, "alpha,beta\nx,y\n").url)

    assert "do not tell what is in this file" in page.content.decode()


def test_a_long_file_is_tried_by_a_worker(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "CHECKED_AT_ONCE_ROWS", 0)

    page = tried(browser, DEALS + GOOD)
    assert 'hx-trigger="every 1s"' in page.content.decode()
    run_queued_jobs_of_imports()
    over = browser.get(page.request["PATH_INFO"] + "progress/")

    assert over["HX-Refresh"] == "true"
    assert "What would happen" in browser.get(page.request["PATH_INFO"]).content.decode()


def test_an_import_whose_file_is_gone_says_so(browser: Client, atelier: Organisation) -> None:
    run = factories.import_run(atelier)

    page = browser.get(f"{HOME}{run.id}/columns/", follow=True)

    assert "no longer here" in page.content.decode()


def test_who_may_not_import_gets_403(atelier: Organisation, bob: Membership) -> None:
    assert factories.client_of(bob).get(HOME).status_code == 403


def test_the_list_shows_what_became_of_each_file(browser: Client, atelier: Organisation) -> None:
    factories.import_run(atelier, status=ImportRun.Status.FINISHED, report={"created": 8800})

    assert "8,800" in browser.get(HOME).content.decode()
