import django.db.models.deletion
from django.db import migrations, models

import tenants.ids
import tenants.models.base
from tenants.migration_operations import TenantForeignKeys, TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0004_causes_isolation"),
        ("tenants", "0007_idempotency"),
    ]

    operations = [
        migrations.CreateModel(
            name="LandingCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("start_on", models.DateField()),
                ("end_on", models.DateField()),
                ("week", models.PositiveSmallIntegerField()),
                ("as_of", models.DateField()),
                ("scope_kind", models.CharField(max_length=7)),
                ("metric", models.CharField(max_length=40)),
                ("target", models.FloatField(null=True)),
                ("is_stand_in", models.BooleanField(default=False)),
                ("mean", models.FloatField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("probability", models.FloatField(null=True)),
                ("weighted", models.FloatField()),
                ("actual", models.FloatField()),
                ("engine", models.CharField(max_length=20)),
                ("computed_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.organisation",
                    ),
                ),
                (
                    "team",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "start_on", "week", "metric", "team"),
                        name="landing_check_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LandingResult",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scope_kind", models.CharField(max_length=7)),
                ("metric", models.CharField(max_length=40)),
                ("target", models.FloatField(null=True)),
                ("mean", models.FloatField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("probability", models.FloatField(null=True)),
                ("standard_error", models.FloatField(null=True)),
                ("booked", models.FloatField()),
                ("open", models.FloatField()),
                ("created", models.FloatField()),
                ("weighted", models.FloatField()),
                ("since", models.DateField(null=True)),
                ("flow", models.JSONField(default=list)),
                ("inputs", models.JSONField(default=dict)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.organisation",
                    ),
                ),
                (
                    "person",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.person",
                    ),
                ),
                (
                    "run",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="landings",
                        to="reporting.run",
                    ),
                ),
                (
                    "team",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "run", "metric", "team", "person"),
                        name="landing_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        TenantTable("LandingCheck"),
        TenantTable("LandingResult"),
        TenantForeignKeys("LandingCheck"),
        TenantForeignKeys("LandingResult"),
    ]
