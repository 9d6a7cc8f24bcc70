"""A file of salespeople: who is in which team, under whom, since when.

Rows are few (people, not deals), so they are walked one by one against what is known, then written in bulk. A row's
team is the one it names; else it is named after the manager. Where rows contradict each other about a team's manager
or parent, the first one stands and the others are refused.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pipeline.actions import import_tables
from pipeline.actions.import_session import Report, Session
from pipeline.actions.importing_people import Directory
from pipeline.domain.importing.keys import normalise_key
from tenants.models import Person, Team, TeamMembership

# The fields that name a team, by which a row's team is told; each has a staged key beside it.
NAMING = ("team", "parent_team", "manager_name", "manager_email")
COLUMNS = {
    "row": "integer",
    "owner_name": "text",
    "owner_email": "text",
    "team": "text",
    "parent_team": "text",
    "manager_name": "text",
    "manager_email": "text",
    "fte": "numeric",
    "start_on": "date",
    "profile": "text",
}
TEAM_OF_ROW = "coalesce(nullif(f.team, ''), nullif(f.manager_name, ''), f.manager_email)"
KEY_OF_TEAM = "coalesce(nullif(f.team_key, ''), nullif(f.manager_name_key, ''), f.manager_email_key)"

# The first row that names a team's manager (or parent) decides; another name on a later row is refused.
CONTRADICTIONS = f"""
SELECT row, %(column)s, %(code)s, jsonb_build_object('team', team, 'value', said, 'first_row', first_row)
FROM (
    SELECT f.row, {TEAM_OF_ROW} AS team, {{said}} AS said,
           first_value(f.row) OVER same AS first_row, {{key}} AS key, first_value({{key}}) OVER same AS first_key
    FROM import_row f WHERE {{said}} <> '' AND {KEY_OF_TEAM} <> ''
    WINDOW same AS (PARTITION BY {KEY_OF_TEAM} ORDER BY f.row)
) d WHERE key <> first_key
"""

OWN_PARENT = f"""
SELECT f.row, %(column)s, 'own_parent', jsonb_build_object('value', f.parent_team)
FROM import_row f WHERE f.parent_team <> '' AND f.parent_team_key = {KEY_OF_TEAM}
"""


def columns(session: Session) -> dict[str, str]:
    """The columns of the staged rows."""
    return COLUMNS | {f"{name}_key": "text" for name in NAMING}


def check(session: Session) -> None:
    """Refuse the rows that contradict an earlier one, and a team that would be its own parent."""
    manager = "manager_name" if "manager_name" in session.fields else "manager_email"
    for code, column, said, key in (
        (
            "other_manager",
            manager,
            "coalesce(nullif(f.manager_name, ''), f.manager_email)",
            "coalesce(nullif(f.manager_name_key, ''), f.manager_email_key)",
        ),
        ("other_parent", "parent_team", "f.parent_team", "f.parent_team_key"),
    ):
        import_tables.refuse(
            CONTRADICTIONS.format(said=said, key=key), {"code": code, "column": session.header(column)}
        )
    import_tables.refuse(OWN_PARENT, {"column": session.header("parent_team")})


@dataclass(slots=True)
class Book:
    """What is known, and what the file adds or changes; keyed by id so that nothing is written twice."""

    people: Directory
    teams: dict[str, Team]
    memberships: dict[UUID, list[TeamMembership]]
    made: dict[UUID, Person | Team | TeamMembership] = field(default_factory=dict)
    touched: dict[UUID, Person | Team | TeamMembership] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Book":
        memberships: dict[UUID, list[TeamMembership]] = defaultdict(list)
        for membership in TeamMembership.objects.all():
            memberships[membership.person_id].append(membership)
        return cls(Directory.load(), {team.key: team for team in Team.objects.all()}, memberships)

    def person(self, email: str, name: str) -> Person:
        person = self.people.find(email, name)
        if person is None:
            person = self.people.make(email, name)
            self.made[person.id] = person
        return person

    def team(self, name: str) -> Team:
        key = normalise_key(name)
        if key not in self.teams:
            self.teams[key] = Team(name=name[:120], key=key[:120])
            self.made[self.teams[key].id] = self.teams[key]
        return self.teams[key]

    def set(self, row: Person | Team | TeamMembership, **values: Any) -> None:
        """Set the values that are said and differ."""
        for name, value in values.items():
            if value not in (None, "") and getattr(row, name) != value:
                setattr(row, name, value)
                self.touched[row.id] = row

    def is_under(self, team: Team, ancestor: Team) -> bool:
        by_id = {one.id: one for one in self.teams.values()}
        seen: set[UUID] = set()
        current: Team | None = team
        while current is not None and current.id not in seen:
            if current.id == ancestor.id:
                return True
            seen.add(current.id)
            current = by_id.get(current.parent_id) if current.parent_id else None
        return False

    def save(self) -> None:
        """Write parents before children: people, teams, then memberships."""
        for model, fields in (
            (Person, ["name", "email", "fte", "profile", "start_on"]),
            (Team, ["parent", "manager"]),
            (TeamMembership, ["team", "start_on", "end_on"]),
        ):
            new = [row for row in self.made.values() if isinstance(row, model)]
            old = [row for row in self.touched.values() if isinstance(row, model) and row.id not in self.made]
            # Closing a membership comes before opening the next one: they may not overlap.
            model.objects.bulk_update(old, fields, batch_size=500)
            model.objects.bulk_create(new, batch_size=500)


def apply(session: Session, report: Report) -> None:
    """Write the staged rows; `report` receives the counts."""
    book = Book.load()
    listed = ", ".join(f'"{column}"' for column in COLUMNS)
    loops = 0
    for row in import_tables.rows(f"SELECT {listed} FROM import_row ORDER BY start_on NULLS FIRST, row"):
        values = dict(zip(COLUMNS, row, strict=True))
        made, touched = set(book.made), set(book.touched)
        person, loop = _take(values, book, session.today)
        loops += loop
        if person.id in book.made and person.id not in made:
            report.created += 1
        elif set(book.made) != made or set(book.touched) != touched:
            report.changed += 1
        else:
            report.unchanged += 1
    book.save()
    report.creates("people", [row.name for row in book.made.values() if isinstance(row, Person)])
    report.creates("teams", [row.name for row in book.made.values() if isinstance(row, Team)])
    report.note("team_loops", count=loops)
    report.note("teams_backfilled", count=give_teams(session))


def _take(values: dict[str, Any], book: Book, today: date) -> tuple[Person, int]:
    """One row. Returns its person, and 1 when its parent team was left out because it would close a circle."""
    person = book.person(values["owner_email"], values["owner_name"])
    starts_newly = values["start_on"] is not None and values["start_on"] != person.start_on
    book.set(
        person,
        email=values["owner_email"],
        fte=Decimal(values["fte"]) if values["fte"] is not None else None,
        profile=values["profile"],
        start_on=values["start_on"] if person.start_on is None else None,
    )
    if values["owner_name"] and person.name == person.email:  # known by the address only until now
        book.set(person, name=values["owner_name"])
    manager_said = values["manager_name"] or values["manager_email"]
    team_name = values["team"] or manager_said
    if not team_name:
        return person, 0
    team, loop = book.team(team_name), 0
    if manager_said:
        book.set(team, manager_id=book.person(values["manager_email"], values["manager_name"]).id)
    if values["parent_team"]:
        parent = book.team(values["parent_team"])
        loop = int(book.is_under(parent, team))
        if not loop:
            book.set(team, parent_id=parent.id)
    _join(person, team, values["start_on"], book, today, is_hire_date=not starts_newly)
    return person, loop


def _join(
    person: Person, team: Team, start_on: date | None, book: Book, today: date, *, is_hire_date: bool
) -> None:
    """Put a person in a team from `start_on`; without it since always, or from today after another team.

    `is_hire_date`: the day is when the person began, so it does not tell when a later change of team was.
    """
    history = sorted(book.memberships[person.id], key=lambda one: one.start_on or date.min)
    for stay in history:
        is_present = stay.end_on is None or stay.end_on > today
        if stay.team_id == team.id and (is_present or (start_on is not None and stay.start_on == start_on)):
            return
    last = history[-1] if history else None
    day = start_on
    if last is not None and (day is None or is_hire_date or day <= (last.start_on or date.min)):
        day = max(today, last.end_on or today)
    if last is not None and (last.end_on is None or (day is not None and last.end_on > day)):
        if last.start_on is not None and day is not None and last.start_on >= day:
            day = last.start_on + timedelta(days=1)
        book.set(last, end_on=day)
    membership = TeamMembership(person_id=person.id, team_id=team.id, start_on=day)
    book.memberships[person.id].append(membership)
    book.made[membership.id] = membership


WITHOUT_TEAM = """
CREATE TEMP TABLE import_without_team ON COMMIT DROP AS
SELECT o.id, coalesce(then_.team_id, now_.team_id) AS team_id
FROM pipeline_opportunity o
LEFT JOIN tenants_teammembership then_ ON then_.organisation_id = %(organisation)s AND then_.person_id = o.owner_id
    AND (then_.start_on IS NULL OR then_.start_on <= o.created_on) AND (then_.end_on IS NULL OR then_.end_on > o.created_on)
    AND o.created_on IS NOT NULL
LEFT JOIN tenants_teammembership now_ ON now_.organisation_id = %(organisation)s AND now_.person_id = o.owner_id
    AND (now_.start_on IS NULL OR now_.start_on <= %(today)s) AND (now_.end_on IS NULL OR now_.end_on > %(today)s)
WHERE o.organisation_id = %(organisation)s AND o.team_id IS NULL AND o.owner_id IS NOT NULL
  AND coalesce(then_.team_id, now_.team_id) IS NOT NULL
"""
GIVE_TEAMS = (
    """
INSERT INTO pipeline_opportunityevent
    (id, organisation_id, opportunity_id, kind, occurred_on, source, import_run, actor_id, changed, stage_id, owner_id,
     team_id, amount_minor, margin_minor, expected_close_on)
SELECT uuidv7(), %(organisation)s, o.id, 'change', NULL, 'import', %(run)s, %(actor)s, 'team', o.stage_id, o.owner_id,
       w.team_id, o.amount_minor, o.margin_minor, o.expected_close_on
FROM import_without_team w
JOIN pipeline_opportunity o ON o.organisation_id = %(organisation)s AND o.id = w.id ORDER BY o.id
""",
    """
UPDATE pipeline_opportunity o SET team_id = w.team_id
FROM import_without_team w WHERE o.organisation_id = %(organisation)s AND o.id = w.id
""",
)


def give_teams(session: Session) -> int:
    """Give every opportunity without a team its owner's: of the day it was created, else of today."""
    import_tables.execute("DROP TABLE IF EXISTS pg_temp.import_without_team")
    given = import_tables.execute(WITHOUT_TEAM, session.params)
    if given:
        import_tables.analyse("import_without_team")
        for statement in GIVE_TEAMS:
            import_tables.execute(statement, session.params)
    return given
