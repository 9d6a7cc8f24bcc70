"""The scope fails closed: no organisation, no data; one organisation, its own data only."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from tenants.models import Organisation, Person, Team
from tenants.scope import NoTenant, ScopeError, current_organisation_id, tenant_scope
from tests import factories


def setting() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.organisation_id', true)")
        value: str | None = cursor.fetchone()[0]
        return value


@pytest.mark.parametrize("wrong", [None, "", "atelier", "01890000-0000-7000-8000-000000000000", 1])
def test_a_scope_needs_an_organisation_id(db: None, wrong: object) -> None:
    with pytest.raises(NoTenant), tenant_scope(wrong):  # type: ignore[arg-type]
        pass


@pytest.mark.parametrize(
    "touch",
    [
        pytest.param(lambda: Person.objects.count(), id="count"),
        pytest.param(lambda: Person.objects.exists(), id="exists"),
        pytest.param(lambda: list(Person.objects.all()), id="list"),
        pytest.param(lambda: Person.objects.filter(name="x").explain(), id="explain"),
        pytest.param(lambda: Person.objects.create(name="x", key="x"), id="create"),
        pytest.param(lambda: Person.objects.bulk_create([Person(name="x", key="x")]), id="bulk create"),
        pytest.param(lambda: Person(name="x", key="x").save(), id="save"),
        pytest.param(lambda: Person.objects.update(name="x"), id="update"),
        pytest.param(lambda: Person.objects.all().delete(), id="delete"),
        pytest.param(lambda: current_organisation_id(), id="ask"),
    ],
)
def test_without_a_scope_tenant_data_cannot_be_touched(db: None, touch: object) -> None:
    with pytest.raises(NoTenant):
        touch()  # type: ignore[operator]


def test_a_scope_gives_its_own_rows_only(atelier: Organisation, rival: Organisation) -> None:
    factories.person(atelier, "Carol")
    factories.person(rival, "Zoe")

    with tenant_scope(atelier.id):
        assert [person.name for person in Person.objects.all()] == ["Carol"]


def test_a_new_row_takes_the_organisation_in_force(in_scope: Organisation) -> None:
    made = Person.objects.create(name="Carol", key="carol")

    assert made.organisation_id == in_scope.id


def test_a_row_of_another_organisation_is_not_written(in_scope: Organisation, rival: Organisation) -> None:
    with pytest.raises(NoTenant):
        Person.objects.create(name="Zoe", key="zoe", organisation=rival)


def test_many_rows_of_another_organisation_are_not_written(
    in_scope: Organisation, rival: Organisation
) -> None:
    with pytest.raises(NoTenant):
        Person.objects.bulk_create([Person(name="Zoe", key="zoe", organisation=rival)])


def test_a_row_that_was_loaded_before_is_not_saved_in_another_scope(
    atelier: Organisation, rival: Organisation
) -> None:
    carol = factories.person(atelier, "Carol")

    with tenant_scope(rival.id), pytest.raises(NoTenant):
        carol.save()


def test_past_the_orm_the_database_still_refuses(atelier: Organisation, rival: Organisation) -> None:
    """Joins, base managers and raw SQL skip the manager; the policies do not."""
    factories.person(rival, "Zoe", team=factories.team(rival))

    with tenant_scope(atelier.id):
        assert list(Person._base_manager.all()) == []
        assert list(Person.objects.raw("SELECT * FROM tenants_person")) == []
        assert list(Team._base_manager.filter(memberships__person__name="Zoe")) == []
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO tenants_team (id, organisation_id, name, key) VALUES (uuidv7(), %s, 'Mine', 'mine')",
                [rival.id],
            )


def test_scopes_do_not_nest(atelier: Organisation, rival: Organisation) -> None:
    with tenant_scope(atelier.id):
        with pytest.raises(ScopeError), tenant_scope(rival.id):
            pass
        assert current_organisation_id() == atelier.id


@pytest.mark.django_db(transaction=True)
def test_a_scope_is_the_outermost_transaction() -> None:
    organisation = factories.organisation()

    with transaction.atomic(), pytest.raises(ScopeError), tenant_scope(organisation.id):
        pass


@pytest.mark.django_db(transaction=True)
def test_nothing_stays_behind_on_the_connection() -> None:
    organisation = factories.organisation()

    with tenant_scope(organisation.id):
        assert setting() == str(organisation.id)

    assert setting() in (None, "")
    with pytest.raises(NoTenant):
        current_organisation_id()


@pytest.mark.django_db(transaction=True)
def test_nothing_stays_behind_after_an_error() -> None:
    organisation = factories.organisation()

    def work() -> None:
        with tenant_scope(organisation.id):
            factories.person(organisation)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()

    assert setting() in (None, "")
    with tenant_scope(organisation.id):
        assert Person.objects.count() == 0


def test_leaving_a_scope_inside_a_tests_transaction_clears_the_setting(atelier: Organisation) -> None:
    with tenant_scope(atelier.id):
        pass

    assert setting() == ""


def test_another_thread_is_in_no_scope(in_scope: Organisation) -> None:
    found: list[UUID | str] = []

    def look() -> None:
        try:
            found.append(current_organisation_id())
        except NoTenant:
            found.append("none")

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert found == ["none"]
