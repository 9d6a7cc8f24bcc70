"""What targeting asks of companies: their technologies, and which of them turned out to be one."""

import django.db.models.deletion
from django.db import migrations, models

import tenants.models.base
from tenants.migration_operations import TenantForeignKeys


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0005_credit_in_order"), ("tenants", "0006_wall")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="merged_into",
            field=tenants.models.base.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pipeline.company",
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="technology",
            field=models.CharField(blank=True, db_default="", max_length=500, verbose_name="technologies"),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["organisation", "merged_into"],
                name="company_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="company_not_merged_into_itself",
            ),
        ),
        TenantForeignKeys("Company"),
    ]
