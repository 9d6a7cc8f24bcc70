import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0008_closes_isolation")]

    operations = [
        # Derived anew by the next night: the signature of the frontier says that it means something else now.
        migrations.RunSQL("TRUNCATE pipeline_close", migrations.RunSQL.noop),
        migrations.AddField("close", "opened_on", models.DateField(null=True)),
        migrations.AddField("close", "segment", models.CharField(default="", max_length=120), False),
        migrations.AddField("close", "channel", models.CharField(default="", max_length=120), False),
        migrations.AddField("close", "company_id", models.UUIDField(null=True)),
        migrations.AddField("close", "product_id", models.UUIDField(null=True)),
        migrations.AlterField("close", "owner_id", models.UUIDField()),
        migrations.AlterField("close", "team_id", models.UUIDField()),
        migrations.CreateModel(
            name="OpenDeal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organisation_id",
                        "opportunity_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("opportunity_id", models.UUIDField()),
                ("stage_id", models.UUIDField()),
                ("opened_on", models.DateField()),
                ("team_id", models.UUIDField()),
                ("owner_id", models.UUIDField()),
                ("amount_minor", models.BigIntegerField(null=True)),
                ("company_id", models.UUIDField(null=True)),
                ("first_expected_on", models.DateField(null=True)),
                ("last_event_on", models.DateField(null=True)),
                ("turns_on", models.DateField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.organisation",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
    ]
