"""The partner's wall around the tables of before; those made later have it from the start."""

from django.db import migrations

from tenants.migration_operations import PARTNER, WALL_NAME, wall

WALLS = f"""
DO $do$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT c.oid::regclass::text FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
          AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = '{WALL_NAME}')
    LOOP
        EXECUTE replace($sql${wall("the_table")}$sql$, 'the_table', name);
    END LOOP;
END $do$;
"""

# Whoever acts leaves a trace; nobody but members reads the trail.
AUDIT = wall("tenants_auditentry", sees="false", writes=f"{PARTNER} IS NOT NULL")


class Migration(migrations.Migration):
    dependencies = [("tenants", "0005_clarity_threshold")]

    operations = [
        migrations.RunSQL(WALLS, migrations.RunSQL.noop),
        migrations.RunSQL(AUDIT, migrations.RunSQL.noop),
    ]
