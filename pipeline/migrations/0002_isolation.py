from django.db import migrations

from tenants.migration_operations import TenantForeignKeys, TenantTable


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0001_initial"), ("tenants", "0002_isolation")]

    operations = [
        TenantTable("Stage"),
        TenantTable("Company"),
        TenantTable("Product"),
        TenantTable("Opportunity"),
        TenantTable("OpportunityEvent", append_only=True),
        TenantTable("ImportRun"),
        TenantTable("RefusedRow"),
        TenantTable("Frontier"),
        TenantTable("StageScope"),
        TenantTable("StageStay"),
        TenantForeignKeys("Opportunity"),
        TenantForeignKeys("OpportunityEvent"),
        TenantForeignKeys("RefusedRow"),
    ]
