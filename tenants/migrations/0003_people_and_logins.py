"""Names of the roles, the end of all sessions of a login, one open invitation an address, one login a salesperson."""

from django.db import migrations, models
from django.db.models.functions import Lower

ROLES = [
    ("director", "sales director"),
    ("manager", "manager"),
    ("rep", "salesperson"),
    ("marketing", "marketing"),
    ("partner", "outsourced partner"),
    ("adviser", "external adviser"),
    ("administrator", "administrator"),
]

# The dispatcher asks PostgreSQL for the local time of every organisation in one statement: a single zone that it does
# not know would stop all of them.
KNOWN_TIME_ZONE = """
ALTER TABLE tenants_organisation ADD CONSTRAINT organisation_time_zone_known
    CHECK ((TIMESTAMPTZ '2026-01-01 00:00:00Z' AT TIME ZONE time_zone) IS NOT NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_isolation")]

    operations = [
        migrations.AddField(
            "user",
            "session_epoch",
            models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            "membership",
            "role",
            models.CharField(choices=ROLES, max_length=20, verbose_name="role"),
        ),
        migrations.AlterField(
            "invitation",
            "role",
            models.CharField(choices=ROLES, max_length=20, verbose_name="role"),
        ),
        migrations.AddConstraint(
            "invitation",
            models.UniqueConstraint(
                models.F("organisation"),
                Lower("email"),
                condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                name="invitation_open_once",
            ),
        ),
        migrations.AddConstraint(
            "person",
            models.UniqueConstraint(
                condition=models.Q(("membership__isnull", False)),
                fields=("organisation", "membership"),
                name="person_one_login",
            ),
        ),
        migrations.AddIndex(
            "auditentry",
            models.Index(fields=["organisation", "verb", "-at"], name="audit_by_verb"),
        ),
        migrations.RunSQL(
            KNOWN_TIME_ZONE,
            "ALTER TABLE tenants_organisation DROP CONSTRAINT organisation_time_zone_known",
        ),
    ]
