import json
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reporting.actions import recompute
from reporting.models import Run
from reporting.queries.documents import run_document
from tenants.actions import jobs
from tenants.models import Job
from tenants.queries import organisation_by_slug
from tenants.scope import tenant_scope
from tenants.tasks import JobContext
from tenants.tasks import run as run_job


class Command(BaseCommand):
    help = "Recompute an organisation as of a day (default: yesterday, in its time zone), here and now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisation", required=True, metavar="SLUG")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--json", action="store_true", help="print the results as one JSON document")

    def handle(self, **options: Any) -> None:
        organisation = organisation_by_slug(options["organisation"])
        if organisation is None:
            raise CommandError(f"no organisation has the address “{options['organisation']}”")
        today = timezone.now().astimezone(organisation.zone).date()
        as_of: date = options["as_of"] or today - timedelta(days=1)
        if as_of > today:
            raise CommandError(f"{as_of} has not happened yet")
        job = jobs.reserve(
            organisation_id=organisation.id,
            kind=jobs.RECOMPUTE,
            key=as_of.isoformat(),
            task=jobs.RECOMPUTE_TASK,
        )

        def body(context: JobContext) -> None:
            recompute.run(as_of=as_of, started_at=timezone.now(), job_id=context.job_id)

        if not run_job(body, organisation.id, job.id):
            raise CommandError("a worker is recomputing this day now; try again when it is done")
        job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise CommandError(f"the recompute did not go through: {job.error}")
        with tenant_scope(organisation.id):
            run = Run.objects.get(as_of=as_of)
            if options["json"]:
                self.stdout.write(json.dumps(run_document(run), ensure_ascii=False))
            else:
                self.stdout.write(
                    f"{organisation.name} as of {run.as_of}: {run.mode}, {run.counts}, {run.timings} ms"
                )
