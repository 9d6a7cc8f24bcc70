"""Owners and teams that a file names: found, or made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pandas as pd

from pipeline.actions import import_tables
from pipeline.actions.import_session import Report, Session
from pipeline.domain.importing.keys import normalise_key
from tenants.models import Person, Team

OWNERS = "import_owner"
OWNERS_COLUMNS = {"owner_email": "text", "owner_name": "text", "person_id": "uuid", "team_now_id": "uuid"}
TEAMS = "import_team"
TEAMS_COLUMNS = {"team": "text", "team_id": "uuid"}

TEAM_ON_DAY = """
    LEFT JOIN tenants_teammembership tm ON tm.organisation_id = %(organisation)s AND tm.person_id = {owner}
        AND (tm.start_on IS NULL OR tm.start_on <= {day}) AND (tm.end_on IS NULL OR tm.end_on > {day})
"""


def _key(name: str) -> str:
    return normalise_key(name)[:120]


@dataclass(slots=True)
class Directory:
    """The organisation's people by e-mail and by name key; e-mail is tried first, and two of one name are one."""

    by_email: dict[str, Person] = field(default_factory=dict)
    by_key: dict[str, Person] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Directory":
        directory = cls()
        for person in Person.objects.all():
            directory.add(person)
        return directory

    def add(self, person: Person) -> None:
        self.by_key[person.key] = person
        if person.email:
            self.by_email.setdefault(person.email.lower(), person)

    def find(self, email: str, name: str) -> Person | None:
        return (self.by_email.get(email) if email else None) or self.by_key.get(_key(name or email))

    def make(self, email: str, name: str) -> Person:
        """A person not saved yet, known from now on under both."""
        shown = (name or email)[:120]
        person = Person(name=shown, key=_key(name or email), email=email)
        self.add(person)
        return person


def unknown_owners(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The (e-mail, name) pairs that no person of the organisation answers to."""
    directory = Directory.load()
    return [pair for pair in pairs if any(pair) and directory.find(*pair) is None]


def owners_of_rows() -> list[tuple[str, str]]:
    return import_tables.rows(
        f"SELECT owner_email, owner_name FROM {import_tables.ROWS} GROUP BY 1, 2 ORDER BY min(row)"
    )


def teams_of_rows() -> list[str]:
    return [
        row[0]
        for row in import_tables.rows(
            f"SELECT team FROM {import_tables.ROWS} WHERE team <> '' GROUP BY 1 ORDER BY min(row)"
        )
    ]


def refuse_unknown(session: Session) -> None:
    """Refuse the rows whose owner or team does not exist, for who does not want them created."""
    strange = pd.DataFrame(unknown_owners(owners_of_rows()), columns=["owner_email", "owner_name"])
    _refuse_matching(session, strange, "unknown_owner", "coalesce(nullif(f.owner_name, ''), f.owner_email)")
    known = set(Team.objects.values_list("key", flat=True))
    names = [name for name in teams_of_rows() if normalise_key(name) not in known]
    _refuse_matching(session, pd.DataFrame({"team": names}), "unknown_team", "f.team")


def _refuse_matching(session: Session, strange: pd.DataFrame, code: str, shown: str) -> None:
    if strange.empty:
        return
    columns = {str(column): "text" for column in strange.columns}
    import_tables.create("import_strange", columns)
    import_tables.copy("import_strange", strange, columns)
    on = " AND ".join(f"f.{column} = s.{column}" for column in columns)
    field_key = (
        "team"
        if code == "unknown_team"
        else "owner_name"
        if "owner_name" in session.fields
        else "owner_email"
    )
    import_tables.refuse(
        f"""SELECT f.row, %(column)s, %(code)s, jsonb_build_object('value', {shown})
            FROM {import_tables.ROWS} f JOIN import_strange s ON {on}""",
        {"column": session.header(field_key), "code": code},
    )


def settle_owners(session: Session, report: Report) -> None:
    """Fill the table of owners: every pair of the file's rows with its person, made when there is none."""
    directory = Directory.load()
    made: list[Person] = []
    found: list[tuple[str, str, UUID]] = []
    for email, name in owners_of_rows():
        if not (email or name):
            continue
        person = directory.find(email, name)
        if person is None:
            person = directory.make(email, name)
            made.append(person)
        found.append((email, name, person.id))
    Person.objects.bulk_create(made, batch_size=1000)
    report.creates("people", [person.name for person in made])
    _fill(OWNERS, OWNERS_COLUMNS, found)
    import_tables.execute(
        f"""UPDATE {OWNERS} SET team_now_id = tm.team_id FROM tenants_teammembership tm
            WHERE tm.organisation_id = %(organisation)s AND tm.person_id = {OWNERS}.person_id
              AND (tm.start_on IS NULL OR tm.start_on <= %(today)s) AND (tm.end_on IS NULL OR tm.end_on > %(today)s)""",
        session.params,
    )


def settle_teams(report: Report) -> None:
    """Fill the table of teams: every spelling of the file's rows with its team, made when there is none."""
    teams = {team.key: team for team in Team.objects.all()}
    made: list[Team] = []
    found: list[tuple[str, UUID]] = []
    for name in teams_of_rows():
        key = normalise_key(name)
        if key not in teams:
            teams[key] = Team(name=name, key=key)
            made.append(teams[key])
        found.append((name, teams[key].id))
    Team.objects.bulk_create(made, batch_size=1000)
    report.creates("teams", [team.name for team in made])
    _fill(TEAMS, TEAMS_COLUMNS, found)


def _fill(table: str, columns: dict[str, str], found: Sequence[tuple[object, ...]]) -> None:
    import_tables.create(table, columns)
    width = len(found[0]) if found else 0
    if width:
        import_tables.copy(table, pd.DataFrame(list(found), columns=list(columns)[:width]), columns)
    import_tables.analyse(table)
