"""What turns a table into a tenant table in PostgreSQL: row-level security, composite keys, grants.

Usage in a migration, after the CreateModel operations:
    TenantTable("Opportunity"), …           each table: policies, UNIQUE (organisation_id, id), grants
    TenantForeignKeys("Opportunity"), …     then the references, once all their targets have that key
    Window("Meeting", sees=…), …            what an outsourced partner sees of a table, where that is anything
"""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

from tenants.models.base import TenantForeignKey

APP_ROLE = "boussole_app"

# One text for every tenant table; a test compares each policy in the catalogue with it.
POLICY_NAME = "tenant"
POLICY_CONDITION = "organisation_id = (SELECT NULLIF(current_setting('app.organisation_id', true), '')::uuid)"

# The partner's wall, on every tenant table too: whoever looks is a member of the house, or sees nothing unless the
# table has a window. Restrictive: it narrows the first policy and can never widen it.
WALL_NAME = "wall"
IS_MEMBER = "(SELECT current_setting('app.actor', true)) = 'member'"
# The membership of the partner who looks; NULL for a member.
PARTNER = "(SELECT NULLIF(substring(current_setting('app.actor', true) FROM '^partner:(.*)$'), '')::uuid)"


def wall(table: str, sees: str = "", writes: str | None = None) -> str:
    """SQL that puts the wall around a table, or another one. `sees`: condition on rows that a partner sees; `writes`: the same
    of rows that a partner may write, where it is not that."""
    seen = f"{IS_MEMBER} OR ({sees})" if sees else IS_MEMBER
    written = seen if writes is None else f"{IS_MEMBER} OR ({writes})"
    return (
        f"DROP POLICY IF EXISTS {WALL_NAME} ON {table};"
        f"CREATE POLICY {WALL_NAME} ON {table} AS RESTRICTIVE FOR ALL TO {APP_ROLE}"
        f" USING ({seen}) WITH CHECK ({written});"
    )


class TableOperation(Operation):
    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change: only the database does."""

    def model(self, app_label: str, state: Any) -> type[models.Model]:
        return state.apps.get_model(app_label, self.model_name)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Nothing to undo: dropping the table drops its policies, keys and grants."""


class TenantTable(TableOperation):
    """Row-level security, enabled and forced; the key that composite references point at; grants to the app role.

    append_only: the app role may only read and insert, and a trigger refuses UPDATE and DELETE to everybody.
    referenced: an append-only table that others point at has that key too.
    """

    def __init__(self, model_name: str, *, append_only: bool = False, referenced: bool = False) -> None:
        super().__init__(model_name)
        self.append_only = append_only
        self.referenced = referenced

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = self.model(app_label, to_state)
        table = model._meta.db_table
        grants = "SELECT, INSERT" if self.append_only else "SELECT, INSERT, UPDATE, DELETE"
        schema_editor.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY {POLICY_NAME} ON {table} AS PERMISSIVE FOR ALL TO {APP_ROLE}
                USING ({POLICY_CONDITION}) WITH CHECK ({POLICY_CONDITION});
            REVOKE ALL ON {table} FROM {APP_ROLE};
            GRANT {grants} ON {table} TO {APP_ROLE};
            {wall(table)}
            """
        )
        if model._meta.pk.name == "id" and (self.referenced or not self.append_only):
            schema_editor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_organisation_id_key UNIQUE (organisation_id, id)"
            )
        if self.append_only:
            schema_editor.execute(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )

    def describe(self) -> str:
        return f"Make {self.model_name} a tenant table"


class TenantForeignKeys(TableOperation):
    """The composite constraints (organisation_id, x_id) → (organisation_id, id) of every TenantForeignKey.

    Safe to run again after a column was added: each constraint is dropped first.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = self.model(app_label, to_state)
        table = model._meta.db_table
        for field in model._meta.local_fields:
            if not isinstance(field, TenantForeignKey):
                continue
            target = field.related_model._meta.db_table
            name = f"{table}_{field.name}_fk"
            on_delete = (
                f"ON DELETE SET NULL ({field.column})"
                if field.remote_field.on_delete is models.SET_NULL
                else ""
            )
            schema_editor.execute(
                f"""
                ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name};
                ALTER TABLE {table} ADD CONSTRAINT {name}
                    FOREIGN KEY (organisation_id, {field.column}) REFERENCES {target} (organisation_id, id)
                    {on_delete} DEFERRABLE INITIALLY DEFERRED;
                """
            )

    def describe(self) -> str:
        return f"Composite references of {self.model_name}"


class Window(TableOperation):
    """What an outsourced partner sees of this table through the wall, and may write of it. See `wall`."""

    def __init__(self, model_name: str, *, sees: str, writes: str | None = None) -> None:
        super().__init__(model_name)
        self.sees = sees
        self.writes = writes

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.execute(wall(self.model(app_label, to_state)._meta.db_table, self.sees, self.writes))

    def describe(self) -> str:
        return f"What a partner sees of {self.model_name}"
