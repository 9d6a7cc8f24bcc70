"""One file into the tables of one organisation: read, refuse, write. The same code runs dry.

Everything happens in the transaction of the scope. Writing is in a savepoint: a dry run, and a file refused for one
wrong row, undo it and keep the report.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol

import pandas as pd
from django.db import transaction

from pipeline.actions import (
    import_tables,
    importing_directory,
    importing_history,
    importing_opportunities,
    importing_teams,
)
from pipeline.actions.import_session import ERRORS_SHOWN, Report, Session
from pipeline.actions.import_tables import CELLS, CELLS_COLUMNS, REFUSED, REFUSED_COLUMNS, ROWS
from pipeline.domain.importing.errors import shown
from pipeline.domain.importing.fields import Kind
from pipeline.domain.importing.findings import ALL_CODES
from pipeline.domain.importing.keys import normalise_key, normalise_keys
from pipeline.domain.importing.kinds import KINDS
from pipeline.domain.importing.parsing import Parsed, Parser
from pipeline.domain.importing.rules import ImportSettings
from pipeline.domain.importing.tables import Table
from tenants.money import currency_exponent


class Writer(Protocol):
    """What becomes of the rows of a kind of file; a module is one."""

    def columns(self, session: Session) -> dict[str, str]:
        """The columns of the staged rows: name → SQL type."""

    def check(self, session: Session) -> None:
        """Refuse the rows that contradict what is stored."""

    def apply(self, session: Session, report: Report) -> None:
        """Write the staged rows; `report` receives the counts."""


WRITERS: dict[str, Writer] = {
    "opportunities": importing_opportunities,
    "history": importing_history,
    "companies": importing_directory,
    "products": importing_directory,
    "teams": importing_teams,
}


def register(kind: Kind, writer: Writer, findings: Mapping[str, str]) -> None:
    """Add a kind of file, for an application above this one, when it starts. `findings`: texts of its own codes."""
    KINDS[kind.key] = kind
    WRITERS[kind.key] = writer
    ALL_CODES.update(findings)


# Field of the file → column of the staged rows, where the names differ.
RENAMED = {"amount": "amount_minor", "margin": "margin_minor", "recurring_amount": "recurring_minor"}


class _Undo(Exception):
    """Leaves the savepoint of the writing."""


def settings_of(session: Session) -> ImportSettings:
    organisation = session.organisation
    return ImportSettings(
        currency=organisation.currency,
        exponent=currency_exponent(organisation.currency),
        time_zone=organisation.time_zone,
        stages={stage.name: stage.kind for stage in session.stages},
    )


def run(*, session: Session, table: Table, all_or_nothing: bool, dry_run: bool) -> Report:
    """Import the file with the session's mapping, and report what became of its rows.

    With `all_or_nothing` a single refused row undoes everything. The refused rows stay in the temporary tables
    `import_refused` and `import_cells` until the transaction ends. Raises FileError when the file cannot be read.
    """
    writer = WRITERS[session.mapping.kind.key]
    report = Report()
    _stage(session, table, report)
    session.progress("checking", 0, 0)
    writer.check(session)
    import_tables.analyse(ROWS)
    try:
        with transaction.atomic():
            writer.apply(session, report)
            report.refused = import_tables.value(f'SELECT count(DISTINCT "row") FROM {REFUSED}')
            if all_or_nothing and report.refused:
                report.refuse()
            if dry_run or report.is_refused:
                raise _Undo
    except _Undo:
        pass
    report.errors = [
        {"row": row, "column": column, "code": code, "params": json.loads(params)}
        for row, column, code, params in import_tables.rows(
            f'SELECT "row", "column", code, params::text FROM {REFUSED} ORDER BY "row", "column" LIMIT {ERRORS_SHOWN}'
        )
    ]
    return report


def _stage(session: Session, table: Table, report: Report) -> None:
    """Read the whole file, chunk by chunk, into the temporary tables."""
    columns = WRITERS[session.mapping.kind.key].columns(session)
    import_tables.create(ROWS, columns)
    import_tables.create(REFUSED, REFUSED_COLUMNS)
    import_tables.create(CELLS, CELLS_COLUMNS)
    parser = Parser(session.mapping, settings_of(session))
    notes: dict[str, int] = {}
    session.progress("reading", 0, table.row_count_estimate)
    for chunk in table.chunks():
        parsed = parser.parse(chunk)
        values, strange = _with_stages(session, parsed.values)
        import_tables.copy(ROWS, _with_keys(session, values, columns), columns)
        if len(parsed.errors):
            import_tables.copy(REFUSED, parsed.errors, REFUSED_COLUMNS)
        _refuse_stages(session, strange)
        _keep_cells(parsed)
        report.rows += parsed.read
        for code, count in parsed.notes.items():
            notes[code] = notes.get(code, 0) + count
        session.progress("reading", report.rows, max(report.rows, table.row_count_estimate))
    for code, count in notes.items():
        report.note(code, count=count)


def _with_stages(session: Session, values: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The rows whose stage the organisation has, with its id; and the names of the other stages, by row."""
    if "stage" not in values:
        return values, pd.Series(dtype=object)
    known = {stage.key: str(stage.id) for stage in session.stages}
    ids = values["stage"].map({name: known.get(normalise_key(name), "") for name in set(values["stage"])})
    here = ids != ""
    return values[here].assign(stage_id=ids[here]), values.loc[~here, "stage"]


def _refuse_stages(session: Session, strange: pd.Series) -> None:
    if strange.empty:
        return
    listed = ", ".join(stage.name for stage in session.stages)
    params = {name: _json({"value": shown(name), "stages": listed}) for name in set(strange)}
    frame = pd.DataFrame({"row": strange.index, "params": strange.map(params).to_numpy()})
    frame["column"], frame["code"] = session.header("stage"), "unknown_stage"
    import_tables.copy(REFUSED, frame, REFUSED_COLUMNS)


def _with_keys(session: Session, values: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """The frame under the names of the staged `columns`, with the keys of names that meet by key."""
    directory = importing_directory.DIRECTORIES.get(session.mapping.kind.key)
    if directory is not None:
        renamed = {**directory.texts} | {field: column for field, (column, _type) in directory.values.items()}
        return values.assign(key=normalise_keys(values["name"])).rename(columns=renamed).reset_index()
    keys = {
        column: normalise_keys(values[name])
        for column in columns
        if (name := column.removesuffix("_key")) != column and name in values
    }
    entered: dict[str, str] = {}
    if session.mapping.kind.staged:
        entered = {
            field: column
            for field, (column, _stage) in importing_opportunities.entry_columns(session).items()
        }
    return values.assign(**keys).rename(columns=RENAMED | entered).reset_index()


def _keep_cells(parsed: Parsed) -> None:
    if parsed.refused:
        frame = pd.DataFrame(
            [(row, _json(cells)) for row, cells in parsed.refused], columns=list(CELLS_COLUMNS)
        )
        import_tables.copy(CELLS, frame, CELLS_COLUMNS)


def keep_missing_cells(table: Table) -> None:
    """Read the file once more for the rows that only the database refused."""
    missing = {
        row[0] for row in import_tables.rows(f'SELECT "row" FROM {REFUSED} EXCEPT SELECT "row" FROM {CELLS}')
    }
    for chunk in table.chunks() if missing else ():
        found = chunk.frame[chunk.frame.index.isin(missing)]
        if len(found):
            cells = [(int(row), _json(list(values))) for row, *values in found.itertuples(name=None)]
            import_tables.copy(CELLS, pd.DataFrame(cells, columns=list(CELLS_COLUMNS)), CELLS_COLUMNS)


def _json(value: Any) -> str:
    return json.dumps(_storable(value), ensure_ascii=False)


def _storable(value: Any) -> Any:
    """Lists, dictionaries and texts with � in the place of NUL, the one character that PostgreSQL cannot keep."""
    match value:
        case str():
            return value.replace("\0", "\ufffd")
        case list():
            return [_storable(one) for one in value]
        case dict():
            return {name: _storable(one) for name, one in value.items()}
        case _:
            return value
