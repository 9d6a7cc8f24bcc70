from django.db import migrations

from tenants.migration_operations import TenantForeignKeys, TenantTable


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0003_shared_credit")]

    operations = [
        TenantTable("CreditShare", append_only=True),
        TenantForeignKeys("CreditShare"),
    ]
