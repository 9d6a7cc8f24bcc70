"""A proposal that comes back carries the reason."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("prospecting", "0002_isolation")]

    operations = [
        migrations.AddField(
            "definitionversion", "rejection", models.CharField("why it came back", max_length=500, blank=True)
        ),
    ]
