from django.db import migrations

from tenants.migration_operations import TenantForeignKeys, TenantTable


class Migration(migrations.Migration):
    dependencies = [("reporting", "0003_causes")]

    operations = [
        TenantTable("CauseResult"),
        TenantTable("CauseThreshold"),
        TenantForeignKeys("CauseResult"),
    ]
