from django.db import migrations

from tenants.migration_operations import TenantForeignKeys, TenantTable


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial"), ("objectives", "0002_isolation")]

    operations = [
        TenantTable("Run"),
        TenantTable("DailyFact"),
        TenantTable("FactState"),
        TenantTable("ConversionResult"),
        TenantTable("GapResult"),
        TenantForeignKeys("ConversionResult"),
        TenantForeignKeys("GapResult"),
    ]
