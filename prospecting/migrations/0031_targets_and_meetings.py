"""The work on targets and that on meetings, which were done beside each other."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("prospecting", "0010_company_keys"), ("prospecting", "0030_rejected_definition")]

    operations = []
