"""Policies, and the lock: an active objective is a stable reference, also for the database."""

from django.db import migrations

from tenants.migration_operations import TenantForeignKeys, TenantTable

LOCK = """
CREATE FUNCTION refuse_change_of_active_objective() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'active' AND (TG_OP = 'DELETE' OR ROW(NEW.*) IS DISTINCT FROM ROW(OLD.*)) THEN
        RAISE EXCEPTION 'an active objective is locked' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER locked_when_active BEFORE UPDATE OR DELETE ON objectives_objective
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_active_objective();
"""
UNLOCK = "DROP FUNCTION refuse_change_of_active_objective() CASCADE"


class Migration(migrations.Migration):
    dependencies = [("objectives", "0001_initial"), ("pipeline", "0002_isolation")]

    operations = [
        TenantTable("Cycle"),
        TenantTable("Plan"),
        TenantTable("Objective"),
        TenantForeignKeys("Plan"),
        TenantForeignKeys("Objective"),
        migrations.RunSQL(LOCK, UNLOCK),
    ]
