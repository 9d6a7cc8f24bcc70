"""The way of a file: kept, tried, imported whole or not at all, by a page or a worker."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import Retry
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline import tasks
from pipeline.actions import importing_opportunities, imports
from pipeline.domain.importing.errors import FileError
from pipeline.domain.importing.mapping import read_mapping
from pipeline.models import ImportRun, Opportunity, OpportunityEvent, RefusedRow
from pipeline.queries import pages
from tenants.access import SYSTEM
from tenants.actions import jobs
from tenants.models import Job, Organisation
from tenants.scope import tenant_scope
from tests import databases, factories
from tests.pipeline.files import DEALS, NOW, counts, imported, settled, uploaded
from tests.servers import Corner

GOOD = "D1,Carol,Won,10,2026-01-05,2026-02-01,Acme,GTX\n"
WRONG = "=D2,Carol,Dreaming,ten,2026-01-05,,,\n"


@pytest.fixture
def house(in_scope: Organisation) -> Organisation:
    factories.stages(in_scope)
    return in_scope


# The file ----------------------------------------------------------------------------------------------------


def test_the_file_is_kept_for_its_owner_only(house: Organisation) -> None:
    path = imports.path_of(uploaded(house, DEALS + GOOD))

    assert path.parent == Path(settings.MEDIA_ROOT) / str(house.id)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "not_a_table"),
        (b"a,a\n1,2\n", "doubled_headers"),
    ],
    ids=["empty", "binary", "two headers alike"],
)
def test_a_file_that_is_no_table_is_not_kept(house: Organisation, content: bytes, code: str) -> None:
    with pytest.raises(FileError) as error:
        uploaded(house, content)

    folder = Path(settings.MEDIA_ROOT) / str(house.id)
    assert error.value.code == code
    assert list(folder.iterdir()) == []


def test_files_older_than_thirty_days_go_and_their_reports_stay(house: Organisation) -> None:
    run = uploaded(house, DEALS + GOOD)
    path = imports.path_of(run)
    ImportRun.objects.filter(pk=run.pk).update(uploaded_at=NOW - timedelta(days=31))

    imports.delete_old_files(now=NOW)

    run.refresh_from_db()
    assert (path.exists(), run.path) == (False, "")


@pytest.fixture(autouse=True)
def _own_uploads(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# Dry, whole, or the good rows --------------------------------------------------------------------------------


def test_a_try_says_what_would_happen_and_writes_nothing(house: Organisation) -> None:
    run = settled(house, DEALS + GOOD + WRONG)

    report = imports.check(run=run, organisation=house, by=SYSTEM, now=NOW)

    assert counts(report) == (1, 0, 0, 1)
    assert report.new_names["people"] == ["Carol"]
    assert (Opportunity.objects.count(), RefusedRow.objects.count(), run.status) == (0, 0, "checked")


def test_good_rows_are_taken_and_wrong_ones_kept_with_reasons(house: Organisation) -> None:
    report = imported(house, DEALS + GOOD + WRONG)

    refused = RefusedRow.objects.get()
    assert counts(report) == (1, 0, 0, 1)
    assert (refused.row, refused.code, refused.cells[0]) == (3, "not_an_amount", "=D2")


def test_one_wrong_row_refuses_the_file_when_asked(house: Organisation) -> None:
    report = imported(house, DEALS + GOOD + WRONG, policy="all")

    assert counts(report) == (0, 0, 0, 1)
    run = ImportRun.objects.get()
    assert (run.status, run.report["refused"]) == ("refused", 1)
    assert (Opportunity.objects.count(), RefusedRow.objects.count()) == (0, 1)


def test_rows_that_the_database_refuses_keep_their_cells(house: Organisation) -> None:
    imported(house, "id,stage,entered_at\nD9,Won,2026-01-01\n", kind="history")

    assert RefusedRow.objects.get().cells == ["D9", "Won", "2026-01-01"]


def test_refused_rows_download_without_formulas(house: Organisation) -> None:
    imported(house, DEALS + WRONG)
    run = ImportRun.objects.get()

    headers = run.report["headers"]
    rows = list(pages.refused_rows(run.id))

    assert headers[0] == "id"
    assert rows[0][0] == 2
    assert rows[0][2] == "=D2"
    assert '"\'=D2"' in "".join(pages.refused_csv(rows, headers, "en"))


def test_figures_are_asked_for_again_after_a_change_only(house: Organisation) -> None:
    imported(house, DEALS + GOOD)
    first = Job.objects.get(kind=jobs.RECOMPUTE)
    first.delete()

    imported(house, DEALS + GOOD)

    assert (first.key, Job.objects.filter(kind=jobs.RECOMPUTE).count()) == ("2026-03-09", 0)


# The worker --------------------------------------------------------------------------------------------------


def started(house: Organisation) -> ImportRun:
    run = settled(house, DEALS + GOOD)
    imports.check(run=run, organisation=house, by=SYSTEM, now=NOW)
    imports.start(run=run, by=SYSTEM)
    run.refresh_from_db()
    return run


def test_a_started_import_is_finished_by_the_worker(db: None, atelier: Organisation) -> None:
    with tenant_scope(atelier.id):
        factories.stages(atelier)
        run = started(atelier)

    tasks.import_file.apply(args=(str(atelier.id), str(run.job_id)), throw=True)

    with tenant_scope(atelier.id):
        run.refresh_from_db()
        assert (run.status, run.report["created"], Opportunity.objects.count()) == ("finished", 1, 1)


def test_a_try_of_earlier_choices_does_not_pass_for_one_of_the_present_ones(house: Organisation) -> None:
    early = settled(house, DEALS + GOOD)
    late = ImportRun.objects.get(pk=early.pk)
    mapping = read_mapping(late.mapping | {"decimal": ","}, DEALS.strip().split(","), [])
    imports.settle(run=late, mapping=mapping, policy="good", create_unknown=True, by=SYSTEM)

    imports.check(run=early, organisation=house, by=SYSTEM, now=NOW)

    late.refresh_from_db()
    assert (late.status, late.check_report) == ("uploaded", {})


def test_a_try_that_ends_after_the_import_changes_nothing_of_it(house: Organisation) -> None:
    run = settled(house, DEALS + GOOD)
    trying = ImportRun.objects.get(pk=run.pk)
    imports.perform(run=run, organisation=house, by=SYSTEM, now=NOW)

    imports.check(run=trying, organisation=house, by=SYSTEM, now=NOW)

    run.refresh_from_db()
    assert (run.status, imports.can_start(run)) == ("finished", False)


def test_a_try_leaves_the_worker_while_an_import_is_under_way(
    db: None, atelier: Organisation, corner: Corner
) -> None:
    with tenant_scope(atelier.id):
        factories.stages(atelier)
        job = imports.ask_check(run=settled(atelier, DEALS + GOOD), by=SYSTEM)
    elsewhere = databases.connect(corner.app, corner.database)
    with elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"{atelier.id}:{imports.IMPORT}"])

    with pytest.raises(Retry):
        tasks.check_file.apply(args=[str(atelier.id), str(job.id)], throw=True)

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)
    elsewhere.close()


def test_choices_come_too_late_for_an_import_that_was_started(house: Organisation) -> None:
    run = started(house)
    other = read_mapping(run.mapping | {"decimal": ","}, DEALS.strip().split(","), [])

    assert not imports.settle(run=run, mapping=other, policy="all", create_unknown=False, by=SYSTEM)

    run.refresh_from_db()
    assert (run.status, run.mapping["decimal"], run.policy) == ("started", ".", "good")


def test_asking_twice_starts_once(house: Organisation) -> None:
    run = started(house)

    assert imports.start(run=run, by=SYSTEM) is None


@pytest.mark.django_db(transaction=True)
def test_an_import_that_fails_half_way_leaves_nothing_and_can_be_started_again(
    atelier: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_scope(atelier.id):
        factories.stages(atelier)
        run = started(atelier)
    write_events = importing_opportunities._new_events_sql
    monkeypatch.setattr(importing_opportunities, "_new_events_sql", lambda entries: "SELECT 1/0")
    tasks.import_file.apply(args=(str(atelier.id), str(run.job_id)))
    with tenant_scope(atelier.id):
        assert (Opportunity.objects.count(), ImportRun.objects.get().status) == (0, "started")

    monkeypatch.setattr(importing_opportunities, "_new_events_sql", write_events)
    with tenant_scope(atelier.id):
        assert imports.start(run=ImportRun.objects.get(), by=SYSTEM) is not None
    tasks.import_file.apply(args=(str(atelier.id), str(run.job_id)), throw=True)

    with tenant_scope(atelier.id):
        assert (Opportunity.objects.count(), ImportRun.objects.get().status) == (1, "finished")


# Whatever the file -------------------------------------------------------------------------------------------

cells = st.fixed_dictionaries(
    {
        "owner": st.sampled_from(["", "Carol", "carol", "Bob"]),
        "stage": st.sampled_from(["Prospecting", "Engaging", "Won", "Lost", "Nowhere"]),
        "amount": st.sampled_from(["", "0", "10.25", "ten"]),
        "created_on": st.sampled_from(["", "2026-01-05", "2026-02-20", "never"]),
        "closed_on": st.sampled_from(["", "2026-02-01", "2026-03-01"]),
        "company": st.sampled_from(["", "Acme", "ACME", "Beta"]),
        "product": st.sampled_from(["", "GTX Pro", "gtxpro"]),
    }
)


@hypothesis_settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=st.lists(cells, min_size=1, max_size=6), second=st.lists(cells, min_size=1, max_size=6))
def test_any_file_imported_again_changes_nothing(
    house: Organisation, first: list[dict[str, str]], second: list[dict[str, str]]
) -> None:
    """Over whatever was there before: the second file may change anything that the first said."""
    texts = [
        DEALS + "".join(f"D{number}," + ",".join(row.values()) + "\n" for number, row in enumerate(rows))
        for rows in (first, second)
    ]
    for text in texts:
        imported(house, text)
    written = OpportunityEvent.objects.count()

    report = imported(house, texts[1])

    assert (report.created, report.changed) == (0, 0)
    assert OpportunityEvent.objects.count() == written
