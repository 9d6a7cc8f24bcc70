"""Each guard, removed: how to take it away and bring it back, and which test must notice.

A guard whose removal no test notices is no guard. The killers are the suite's own tests, called as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from unittest import mock
from uuid import UUID

from django.db import connection, transaction

from tenants import middleware, queries, scope, tasks
from tenants.domain.roles import Role
from tenants.migration_operations import APP_ROLE, POLICY_CONDITION, wall
from tenants.models import Membership, TenantManager
from tenants.models.base import OwnedByOrganisation
from tests import factories
from tests.databases import connect
from tests.isolation import test_attacks, test_catalogue, test_faults, test_partner_wall, test_routes
from tests.isolation.conftest import Worlds
from tests.isolation.faults import fuzz
from tests.isolation.pgbouncer import pgbouncer
from tests.servers import Corner
from tests.tenants import test_jobs, test_middleware, test_scope


@dataclass(frozen=True, slots=True)
class Scene:
    """What killers may need."""

    corner: Corner
    worlds: Worlds
    caplog: Any
    policy_text: str


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    change: Callable[[Scene], AbstractContextManager[object]]
    killers: tuple[Callable[[Scene], object], ...]


def silent(*_: object) -> None:
    """Stands for the tally: what a mutant leaks is no leak of the product."""


# Taking a guard away -----------------------------------------------------------------------------------------


def sql(do: str, undo: str) -> Callable[[Scene], AbstractContextManager[None]]:
    """Change the schema as its owner, and change it back."""

    @contextmanager
    def change(scene: Scene) -> Iterator[None]:
        owner = connect(scene.corner.owner, scene.corner.database)
        try:
            with owner.cursor() as cursor:
                cursor.execute(do)
                try:
                    yield
                finally:
                    cursor.execute(undo)
        finally:
            owner.close()

    return change


def patched(target: object, name: str, value: object) -> Callable[[Scene], AbstractContextManager[object]]:
    return lambda scene: mock.patch.object(target, name, value)


@contextmanager
def as_role(login: dict[str, Any] | None) -> Iterator[None]:
    """The product on another database role."""
    assert login is not None
    before = connection.settings_dict
    connection.close()
    connection.settings_dict = {**before, "USER": login["user"], "PASSWORD": login.get("password", "")}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = before


def session_setting(organisation: str, actor: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, false), set_config(%s, %s, false)",
            [scope.SETTING, organisation, scope.ACTOR, actor],
        )


@contextmanager
def scope_of_the_session(scene: Scene) -> Iterator[None]:
    with (
        mock.patch.object(scope, "_announce", session_setting),
        mock.patch.object(scope, "accept_outer_transaction", False),
    ):
        yield


def anybodys_membership(user: object, slug: str) -> Membership | None:
    return Membership.objects.select_related("organisation", "user").filter(organisation__slug=slug).first()


def any_secret_key(token: str, now: object) -> Any:
    return (
        queries.ApiKey.objects.select_related("organisation").filter(prefix=token.split("_")[1:2][0]).first()
    )


@contextmanager
def nesting_scope(organisation_id: UUID, *, partner: UUID | None = None) -> Iterator[None]:
    token = scope._current.set(organisation_id)
    with transaction.atomic():
        scope._announce(str(organisation_id), scope.MEMBER)
        yield
    scope._current.reset(token)


def without_rollback(self: Any, request: Any, organisation_id: Any, partner: Any = None) -> Any:
    with scope.tenant_scope(organisation_id, partner=partner):
        return self.get_response(request)


def unguarded(self: Any) -> Any:
    return super(TenantManager, self).get_queryset()


def unmarked(scene: Scene) -> AbstractContextManager[object]:
    view = address("tenants:members").view
    return mock.patch.dict(view.__dict__, {"permission": None})


# Noticing ----------------------------------------------------------------------------------------------------


def address(name: str) -> Any:
    return next(one for one in test_routes.ALL if one.name == name)


def attack(table: str) -> Callable[[Scene], object]:
    def killer(scene: Scene) -> None:
        with connection.cursor() as cursor:
            test_attacks.test_an_organisation_cannot_touch_anothers_rows(table, scene.worlds, cursor, silent)

    return killer


def forgotten(table: str) -> Callable[[Scene], object]:
    def killer(scene: Scene) -> None:
        with connection.cursor() as cursor:
            test_attacks.test_without_an_organisation_nothing_is_read_or_written(
                table, scene.worlds, cursor, silent
            )

    return killer


def blind(table: str) -> Callable[[Scene], object]:
    def killer(scene: Scene) -> None:
        with connection.cursor() as cursor:
            test_partner_wall.test_what_has_no_window_is_not_there_for_a_partner(
                table, scene.worlds, cursor, silent
            )

    return killer


def pointing(table: str, column: str, target: str) -> Callable[[Scene], object]:
    def killer(scene: Scene) -> None:
        with connection.cursor() as cursor:
            test_attacks.test_no_row_can_point_into_another_organisation(
                table, column, target, scene.worlds, cursor, silent
            )

    return killer


def page(name: str) -> Callable[[Scene], object]:
    return lambda scene: test_routes.test_no_page_lets_one_organisation_into_another(
        address(name), scene.worlds, silent, scene.caplog
    )


def api(name: str) -> Callable[[Scene], object]:
    return lambda scene: test_routes.test_no_key_opens_another_organisation(
        address(name), scene.worlds, silent
    )


def pooled(scene: Scene) -> None:
    """The fuzz behind a pool of one, on the people of the worlds."""
    counts = {}
    for world in (scene.worlds.atelier, scene.worlds.rival):
        owner = connect(scene.corner.owner, scene.corner.database)
        with owner.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM tenants_person WHERE organisation_id = %s", [world.organisation.id]
            )
            counts[world.organisation.id] = cursor.fetchone()[0]
        owner.close()
    with pgbouncer(scene.corner) as settings:
        test_faults.settle(fuzz(scene.corner, counts, settings=settings, seconds=1), silent)


def calling(test: Callable[..., object], *arguments: Any) -> Callable[[Scene], object]:
    """A test that needs nothing but its parameters."""
    return lambda scene: test(*arguments)


def with_house(
    test: Callable[..., object], *arguments: Any, member: bool = False
) -> Callable[[Scene], object]:
    """A test that takes an empty organisation, or a member of one, first."""

    def killer(scene: Scene) -> object:
        house = factories.organisation("empty")
        return test(factories.member(house, Role.DIRECTOR) if member else house, *arguments)

    return killer


PERSON = "tenants_person"
POLICY = f"CREATE POLICY tenant ON {PERSON} TO {APP_ROLE} USING ({POLICY_CONDITION}) WITH CHECK ({POLICY_CONDITION})"
COMPOSITE = (
    "ALTER TABLE tenants_team DROP CONSTRAINT tenants_team_manager_fk;"
    "ALTER TABLE tenants_team ADD CONSTRAINT tenants_team_manager_fk {};"
)

MUTANTS = (
    Mutant(
        "row-level security is off",
        sql(
            f"ALTER TABLE {PERSON} DISABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {PERSON} ENABLE ROW LEVEL SECURITY",
        ),
        (
            attack(PERSON),
            forgotten(PERSON),
            calling(test_catalogue.test_row_level_security_is_enabled_and_forced, PERSON),
        ),
    ),
    Mutant(
        "row-level security is not forced",
        sql(
            f"ALTER TABLE {PERSON} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {PERSON} FORCE ROW LEVEL SECURITY",
        ),
        (calling(test_catalogue.test_row_level_security_is_enabled_and_forced, PERSON),),
    ),
    Mutant(
        "the policy is gone",
        sql(f"DROP POLICY tenant ON {PERSON}", POLICY),
        (
            attack(PERSON),
            lambda s: test_catalogue.test_there_is_exactly_one_policy_and_the_partners_wall(
                PERSON, s.policy_text
            ),
        ),
    ),
    Mutant(
        "the policy lets everything through",
        sql(
            f"DROP POLICY tenant ON {PERSON}; CREATE POLICY tenant ON {PERSON} TO {APP_ROLE} USING (true)",
            f"DROP POLICY tenant ON {PERSON}; {POLICY}",
        ),
        # Without an organisation the wall still holds: the two guards do not lean on each other.
        (attack(PERSON),),
    ),
    Mutant(
        "the partner's wall is gone",
        sql(f"DROP POLICY wall ON {PERSON}", wall(PERSON)),
        (
            blind(PERSON),
            lambda s: test_catalogue.test_there_is_exactly_one_policy_and_the_partners_wall(
                PERSON, s.policy_text
            ),
        ),
    ),
    Mutant(
        "a second policy with a way round",
        sql(
            f"CREATE POLICY door ON {PERSON} TO {APP_ROLE} USING (current_setting('app.admin', true) = 'on')",
            f"DROP POLICY door ON {PERSON}",
        ),
        (
            lambda s: test_catalogue.test_there_is_exactly_one_policy_and_the_partners_wall(
                PERSON, s.policy_text
            ),
        ),
    ),
    Mutant(
        "the role bypasses row-level security",
        lambda scene: as_role(scene.corner.owner),
        (calling(test_attacks.test_the_runtime_role_has_none_of_the_five_faults, None), attack(PERSON)),
    ),
    Mutant(
        "the role is a superuser",
        lambda scene: as_role(scene.corner.admin),
        (calling(test_attacks.test_the_runtime_role_has_none_of_the_five_faults, None), forgotten(PERSON)),
    ),
    Mutant(
        "the role may truncate",
        sql(f"GRANT TRUNCATE ON {PERSON} TO {APP_ROLE}", f"REVOKE TRUNCATE ON {PERSON} FROM {APP_ROLE}"),
        (
            calling(test_attacks.test_the_runtime_role_has_none_of_the_five_faults, None),
            calling(test_catalogue.test_the_app_role_has_no_more_than_it_needs, PERSON),
        ),
    ),
    Mutant(
        "a plain reference instead of the composite one",
        sql(
            COMPOSITE.format(
                "FOREIGN KEY (manager_id) REFERENCES tenants_person (id) DEFERRABLE INITIALLY DEFERRED"
            ),
            COMPOSITE.format(
                "FOREIGN KEY (organisation_id, manager_id) REFERENCES tenants_person (organisation_id, id)"
                " ON DELETE SET NULL (manager_id) DEFERRABLE INITIALLY DEFERRED"
            ),
        ),
        (
            pointing("tenants_team", "manager_id", PERSON),
            calling(test_catalogue.test_every_reference_between_tenant_tables_carries_the_organisation),
        ),
    ),
    Mutant(
        "names unique across organisations",
        sql("CREATE UNIQUE INDEX everybodys ON tenants_team (key)", "DROP INDEX everybodys"),
        (calling(test_catalogue.test_every_unique_rule_is_within_one_organisation),),
    ),
    Mutant(
        "an index that does not lead with the organisation",
        sql(f"CREATE INDEX astray ON {PERSON} (name)", "DROP INDEX astray"),
        (calling(test_catalogue.test_every_index_of_a_tenant_table_leads_with_the_organisation),),
    ),
    Mutant(
        "rows without an organisation",
        sql(
            f"ALTER TABLE {PERSON} ALTER COLUMN organisation_id DROP NOT NULL",
            f"ALTER TABLE {PERSON} ALTER COLUMN organisation_id SET NOT NULL",
        ),
        (calling(test_catalogue.test_the_organisation_column_is_there_and_never_null, PERSON),),
    ),
    Mutant(
        "a table that nobody declared",
        sql("CREATE TABLE hidden (id int)", "DROP TABLE hidden"),
        (calling(test_catalogue.test_every_table_is_a_tenant_table_or_listed_with_a_reason),),
    ),
    Mutant(
        "a view of its owner's",
        sql(f"CREATE VIEW everyone AS SELECT * FROM {PERSON}", "DROP VIEW everyone"),
        (calling(test_catalogue.test_views_and_functions_cannot_step_round_the_policies),),
    ),
    Mutant(
        "the audit trail can be rewritten",
        sql(
            "DROP TRIGGER append_only ON tenants_auditentry;"
            f"GRANT UPDATE, DELETE ON tenants_auditentry TO {APP_ROLE}",
            f"REVOKE UPDATE, DELETE ON tenants_auditentry FROM {APP_ROLE};"
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON tenants_auditentry"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        ),
        (calling(test_catalogue.test_what_is_never_rewritten_is_append_only),),
    ),
    Mutant("the setting is the session's", scope_of_the_session, (pooled,)),
    Mutant(
        "scopes nest",
        patched(test_scope, "tenant_scope", nesting_scope),
        (
            lambda s: test_scope.test_scopes_do_not_nest(
                s.worlds.atelier.organisation, s.worlds.rival.organisation
            ),
        ),
    ),
    Mutant(
        "the manager does not scope",
        patched(TenantManager, "get_queryset", unguarded),
        (
            calling(
                test_scope.test_without_a_scope_tenant_data_cannot_be_touched,
                None,
                lambda: queries.Person.objects.count(),
            ),
        ),
    ),
    Mutant(
        "rows are not claimed",
        patched(OwnedByOrganisation, "claim_organisation", lambda self: self),
        (
            calling(
                test_scope.test_without_a_scope_tenant_data_cannot_be_touched,
                None,
                lambda: queries.Person(name="x", key="x").save(),
            ),
        ),
    ),
    Mutant(
        "membership is not looked at",
        patched(middleware.queries, "membership_for", anybodys_membership),
        (page("tenants:welcome"),),
    ),
    Mutant(
        "permissions are not looked at",
        patched(Membership, "allows", lambda self, permission: True),
        (page("tenants:teams"),),
    ),
    Mutant(
        "a page without its permission",
        unmarked,
        (
            lambda s: test_routes.test_every_address_of_an_organisation_names_its_permission(
                address("tenants:members")
            ),
        ),
    ),
    Mutant(
        "the secret of a key is not looked at",
        patched(middleware.queries, "api_key_for", any_secret_key),
        (api("api_organisation"),),
    ),
    Mutant(
        "an error keeps what was written",
        patched(middleware.TenantMiddleware, "_scoped", without_rollback),
        (
            with_house(
                test_middleware.test_an_answer_of_400_and_above_leaves_nothing_behind, 404, 0, member=True
            ),
        ),
    ),
    Mutant(
        "a job without a scope",
        patched(tasks, "tenant_scope", lambda organisation_id: nullcontext()),
        (with_house(test_jobs.test_a_body_runs_in_its_organisations_scope_and_the_job_is_done),),
    ),
    Mutant(
        "a job without a claim",
        patched(tasks.jobs, "finish", lambda **_: True),
        (with_house(test_jobs.test_work_whose_claim_was_lost_is_rolled_back),),
    ),
)
