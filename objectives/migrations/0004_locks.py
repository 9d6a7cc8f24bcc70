"""Policies of the new tables, and the lock: what is active changes by an approved revision, and by nothing else."""

from django.db import migrations

from tenants.migration_operations import TenantForeignKeys, TenantTable

# What a revision may change, and what closing may.
LOCK = """
CREATE OR REPLACE FUNCTION refuse_change_of_active_objective() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    revised CONSTANT text[] := '{target,computed_target,commitment,stretch,calibration,revision_id,version}';
    closed CONSTANT text[] := '{state,outcome}';
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF ROW(NEW.*) IS NOT DISTINCT FROM ROW(OLD.*) THEN
            RETURN NEW;
        END IF;
        IF OLD.state = 'active' AND NEW.state = 'closed' AND to_jsonb(NEW) - closed = to_jsonb(OLD) - closed THEN
            RETURN NEW;
        END IF;
        IF OLD.state = 'active' AND NEW.state = 'active' AND NEW.revision_id IS DISTINCT FROM OLD.revision_id
           AND to_jsonb(NEW) - revised = to_jsonb(OLD) - revised
           AND EXISTS (
               SELECT FROM objectives_revisionchange c
               JOIN objectives_revision r ON r.organisation_id = c.organisation_id AND r.id = c.revision_id
               WHERE c.organisation_id = NEW.organisation_id AND c.objective_id = NEW.id
                 AND r.id = NEW.revision_id AND r.state = 'approved' AND c.after = NEW.target
           ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an active objective is locked' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION refuse_change_of_decided_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'proposed' THEN
        RAISE EXCEPTION 'a decided revision does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER kept_once_decided BEFORE UPDATE OR DELETE ON objectives_revision
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_decided_revision();

CREATE FUNCTION refuse_change_in_decided_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line objectives_revisionchange := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
BEGIN
    IF EXISTS (
        SELECT FROM objectives_revision r
        WHERE r.organisation_id = line.organisation_id AND r.id = line.revision_id AND r.state <> 'proposed'
    ) THEN
        RAISE EXCEPTION 'a decided revision does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER kept_once_decided BEFORE INSERT OR UPDATE OR DELETE ON objectives_revisionchange
    FOR EACH ROW EXECUTE FUNCTION refuse_change_in_decided_revision();
"""
UNLOCK = """
DROP FUNCTION refuse_change_in_decided_revision() CASCADE;
DROP FUNCTION refuse_change_of_decided_revision() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("objectives", "0003_life_of_objectives")]

    operations = [
        TenantTable("Strategy", append_only=True, referenced=True),
        TenantTable("DraftStep"),
        TenantTable("Revision"),
        TenantTable("RevisionChange"),
        TenantTable("ObjectiveVersion", append_only=True),
        TenantTable("Progress", append_only=True),
        TenantTable("Negotiation"),
        TenantTable("NegotiationStep"),
        TenantForeignKeys("Cycle"),
        TenantForeignKeys("DraftStep"),
        TenantForeignKeys("Objective"),
        TenantForeignKeys("Revision"),
        TenantForeignKeys("RevisionChange"),
        TenantForeignKeys("ObjectiveVersion"),
        TenantForeignKeys("Progress"),
        TenantForeignKeys("Negotiation"),
        TenantForeignKeys("NegotiationStep"),
        migrations.RunSQL(LOCK, UNLOCK),
    ]
