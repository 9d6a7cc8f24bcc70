"""Background jobs: whose data each touches is declared, and another organisation's job is none of mine."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from celery import current_app

from tenants import progress
from tenants.tasks import TENANT_TASKS
from tests.isolation.conftest import Worlds
from tests.isolation.world import NOBODY, fingerprint

current_app.loader.import_default_modules()
OURS = sorted(name for name in current_app.tasks if not name.startswith("celery."))
JOBS = sorted(name for name, subject in TENANT_TASKS.items() if subject == "organisation")


@pytest.mark.parametrize("name", OURS)
def test_every_task_declares_whose_data_it_touches(name: str) -> None:
    assert TENANT_TASKS.get(name) in ("organisation", "none"), "make it with tenants.tasks.job_task or tick"


def test_every_declared_task_exists() -> None:
    assert set(TENANT_TASKS) <= set(OURS)


@pytest.mark.parametrize("name", JOBS)
def test_a_job_does_nothing_for_another_organisation(
    name: str, worlds: Worlds, tally: Callable[..., None]
) -> None:
    task = current_app.tasks[name]
    own, other = worlds.atelier.organisation.id, worlds.rival.organisation.id
    before = {world.mark: fingerprint(world) for world in (worlds.atelier, worlds.rival)}
    for organisation, job in (
        (own, worlds.rival.jobs[name].id),
        (other, worlds.atelier.jobs[name].id),
        (own, NOBODY),
        (NOBODY, worlds.rival.jobs[name].id),
    ):
        task.apply(args=[str(organisation), str(job)], throw=True)
    for world in (worlds.atelier, worlds.rival):
        assert fingerprint(world) == before[world.mark]
    tally(4)


@pytest.mark.parametrize("name", JOBS)
@pytest.mark.parametrize("organisation", ["", "None", "atelier", None])
def test_a_job_without_an_organisation_is_refused(
    name: str, organisation: str | None, worlds: Worlds, tally: Callable[..., None]
) -> None:
    before = fingerprint(worlds.rival)
    with pytest.raises((ValueError, TypeError, AttributeError)):
        current_app.tasks[name].apply(args=[organisation, str(worlds.rival.jobs[name].id)], throw=True)
    assert fingerprint(worlds.rival) == before
    tally(1)


def test_progress_is_kept_under_the_organisation(worlds: Worlds) -> None:
    job = UUID("00000000-0000-7000-8000-000000000001")
    progress.report(worlds.rival.organisation.id, job, step=worlds.rival.mark)

    assert progress.read(worlds.atelier.organisation.id, job) == {}
