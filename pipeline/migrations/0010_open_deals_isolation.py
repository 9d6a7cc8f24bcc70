from django.db import migrations

from tenants.migration_operations import TenantTable


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0009_open_deals")]

    operations = [TenantTable("OpenDeal")]
