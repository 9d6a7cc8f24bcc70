"""A revision changes an objective once, from the very version that it was proposed on, by one version.

Without this, an approved revision could put its target back after a later one had changed it.
"""

from django.db import migrations

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
        IF OLD.state = 'active' AND NEW.state = 'active' AND NEW.version = OLD.version + 1
           AND to_jsonb(NEW) - revised = to_jsonb(OLD) - revised
           AND EXISTS (
               SELECT FROM objectives_revisionchange c
               JOIN objectives_revision r ON r.organisation_id = c.organisation_id AND r.id = c.revision_id
               WHERE c.organisation_id = NEW.organisation_id AND c.objective_id = NEW.id
                 AND c.after = NEW.target AND c.expected_version = OLD.version
                 AND r.id = NEW.revision_id AND r.state = 'approved' AND r.cycle_id = NEW.cycle_id
           ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an active objective is locked' USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("objectives", "0004_locks")]

    # The function before it, of 0004, is what going back would put in place; it only asks for less.
    operations = [migrations.RunSQL(LOCK, migrations.RunSQL.noop)]
