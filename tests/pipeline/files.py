"""Files for the tests of imports: a few lines of CSV through the same actions as the pages."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from pipeline.actions import imports
from pipeline.actions.import_session import Report
from pipeline.domain.importing.detection import detect
from pipeline.domain.importing.kinds import KINDS
from pipeline.domain.importing.mapping import read_mapping
from pipeline.domain.importing.tables import open_table
from pipeline.models import ImportRun, OpportunityEvent
from pipeline.queries import pages as queries
from tenants.access import SYSTEM
from tenants.models import Organisation

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
DEALS = "id,owner,stage,amount,created_on,closed_on,company,product\n"


def uploaded(organisation: Organisation, text: str | bytes, name: str = "file.csv") -> ImportRun:
    content = text if isinstance(text, bytes) else text.encode()
    return imports.upload(file=io.BytesIO(content), name=name, kind="", by=SYSTEM, organisation=organisation)


def settled(
    organisation: Organisation,
    text: str | bytes,
    *,
    kind: str = "opportunities",
    policy: str = "good",
    create_unknown: bool = True,
    columns: dict[str, str] | None = None,
    date_format: str = "",
) -> ImportRun:
    """A file whose columns are decided: as found from its headers, unless told."""
    run = uploaded(organisation, text)
    table = open_table(imports.path_of(run))
    stages = {stage.name: stage.kind for stage in queries.stages()}
    document = detect(table, KINDS[kind], stages).as_mapping()
    document["columns"] |= columns or {}
    document["date_format"] = date_format or document["date_format"].replace("ambiguous", "ISO")
    mapping = read_mapping(document, table.headers, stages)
    imports.settle(run=run, mapping=mapping, policy=policy, create_unknown=create_unknown, by=SYSTEM)
    return run


def imported(organisation: Organisation, text: str | bytes, **given: Any) -> Report:
    """Import a file in the scope in force, on 10 March 2026 unless the run says otherwise."""
    return imports.perform(
        run=settled(organisation, text, **given), organisation=organisation, by=SYSTEM, now=NOW
    )


def counts(report: Report) -> tuple[int, int, int, int]:
    """(created, changed, unchanged, refused)."""
    return report.created, report.changed, report.unchanged, report.refused


def told(external_id: str) -> list[tuple[str, str, str | None, str]]:
    """The events of an opportunity as they were written: (kind, stage, day, source)."""
    events = (
        OpportunityEvent.objects.filter(opportunity__external_id=external_id)
        .select_related("stage")
        .order_by("id")
    )
    return [
        (event.kind, event.stage.name, event.occurred_on and event.occurred_on.isoformat(), event.source)
        for event in events
    ]
