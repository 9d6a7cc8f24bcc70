"""An invitation straight onto an engagement."""

import django.db.models.deletion
from django.db import migrations, models

import tenants.ids
import tenants.models.base
from tenants.migration_operations import TenantForeignKeys, TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("prospecting", "0010_company_keys"),
        ("prospecting", "0030_rejected_definition"),
        ("tenants", "0006_wall"),
    ]

    operations = [
        migrations.CreateModel(
            name="EngagementInvitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "engagement",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="prospecting.engagement",
                    ),
                ),
                (
                    "invitation",
                    tenants.models.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.invitation",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "invitation"], name="engagement_of_invitation")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "engagement", "invitation"), name="engagement_invitation_once"
                    )
                ],
            },
        ),
        TenantTable("EngagementInvitation"),
        TenantForeignKeys("EngagementInvitation"),
    ]
