"""The keys under which a company is recognised, beside what the rules say of it."""

from django.db import migrations, models


def text(length: int) -> models.CharField:
    return models.CharField(blank=True, db_default="", editable=False, max_length=length)


class Migration(migrations.Migration):
    dependencies = [("prospecting", "0030_rejected_definition"), ("pipeline", "0006_company_targets")]

    operations = [
        migrations.AddField("companytarget", "name_key", text(255)),
        migrations.AddField("companytarget", "domain", text(255)),
        migrations.AddField("companytarget", "registration", text(40)),
        migrations.AddIndex(
            "companytarget", models.Index(fields=["organisation", "name_key"], name="company_target_name")
        ),
        migrations.AddIndex(
            "companytarget",
            models.Index(
                condition=models.Q(("domain", ""), _negated=True),
                fields=["organisation", "domain"],
                name="company_target_domain",
            ),
        ),
        migrations.AddIndex(
            "companytarget",
            models.Index(
                condition=models.Q(("registration", ""), _negated=True),
                fields=["organisation", "registration"],
                name="company_target_registered",
            ),
        ),
    ]
