from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_people_and_logins")]

    operations = [
        migrations.AddField(model_name="job", name="again", field=models.BooleanField(default=False)),
    ]
