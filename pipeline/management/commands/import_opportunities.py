"""manage.py import_opportunities: a file from the command line, through the same action as the page."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext

from pipeline.actions import imports
from pipeline.actions.import_session import Report
from pipeline.domain.importing.detection import detect
from pipeline.domain.importing.errors import FileError, MappingError
from pipeline.domain.importing.findings import sentence
from pipeline.domain.importing.kinds import KINDS
from pipeline.domain.importing.mapping import ColumnMapping, load_mapping, read_mapping
from pipeline.domain.importing.tables import open_table
from pipeline.queries import pages as pipeline_queries
from tenants import queries
from tenants.access import SYSTEM
from tenants.scope import tenant_scope
from tenants.turns import take_time


class Command(BaseCommand):
    help = "Import a CSV or XLSX file: opportunities, stage history, companies, products or teams."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", required=True, metavar="SLUG")
        parser.add_argument("--mapping", type=Path, help="JSON file; found from the headers when absent")
        parser.add_argument("--kind", choices=list(KINDS), help="kind of file, when there is no mapping file")
        parser.add_argument(
            "--policy",
            choices=["all", "good"],
            default="good",
            help="all: refuse the file if any row is wrong",
        )
        parser.add_argument(
            "--known-names-only", action="store_true", help="refuse rows of unknown people and teams"
        )
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = queries.organisation_by_slug(options["organisation"])
        if organisation is None:
            raise CommandError(f"no organisation at {options['organisation']!r}")
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"no file at {file}")
        try:
            with tenant_scope(organisation.id):
                take_time()
                with file.open("rb") as content:
                    run = imports.upload(
                        file=content, name=file.name, kind="", by=SYSTEM, organisation=organisation
                    )
                imports.settle(
                    run=run,
                    mapping=_mapping(file, options["mapping"], options["kind"]),
                    policy=options["policy"],
                    create_unknown=not options["known_names_only"],
                    by=SYSTEM,
                )
                act = imports.check if options["dry_run"] else imports.perform
                report = act(
                    run=run, organisation=organisation, by=SYSTEM, now=timezone.now(), progress=imports.silent
                )
        except (FileError, MappingError) as error:
            raise CommandError(_told(error)) from error
        self._print(report, options)
        if report.is_refused:
            sys.exit(1)

    def _print(self, report: Report, options: dict[str, Any]) -> None:
        counts = {name: getattr(report, name) for name in ("created", "changed", "unchanged", "refused")}
        notes = [sentence(note["code"], note["params"], gettext) for note in report.notes]
        errors = [
            {
                "row": error["row"],
                "column": error["column"],
                "reason": sentence(error["code"], error["params"], gettext),
            }
            for error in report.errors
        ]
        if options["json"]:
            # What a history was like is for people; the document has the promised keys and no others.
            for note in notes:
                self.stderr.write(note)
            self.stdout.write(json.dumps(counts | {"errors": errors}, ensure_ascii=False))
            return
        self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items()))
        for note in notes:
            self.stdout.write(note)
        for error in errors:
            self.stdout.write(f"row {error['row']}, {error['column']}: {error['reason']}")


def _mapping(file: Path, path: Path | None, kind: str | None) -> ColumnMapping:
    """The mapping file's, or what the headers tell. Raises CommandError when they do not tell enough."""
    table = open_table(file)
    stages = {stage.name: stage.kind for stage in pipeline_queries.stages()}
    if path is not None:
        if not path.is_file():
            raise CommandError(f"no mapping file at {path}")
        return load_mapping(path.read_text(encoding="utf-8"), table.headers, stages)
    proposal = detect(table, KINDS[kind] if kind else None, stages)
    if proposal.kind is None:
        raise CommandError("the headers do not tell the kind of file: give --kind or --mapping")
    if proposal.date_format == "ambiguous":
        raise CommandError(
            "the dates do not tell whether day or month comes first: say which in a --mapping file"
        )
    return read_mapping(proposal.as_mapping(), table.headers, stages)


def _told(error: FileError | MappingError) -> str:
    if isinstance(error, FileError):
        return sentence(error.code, error.params, gettext)
    return "\n".join(sentence(problem.code, problem.params, gettext) for problem in error.problems)
