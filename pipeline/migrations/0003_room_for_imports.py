from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0002_isolation"),
        ("tenants", "0002_isolation"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="vat_number",
            field=models.CharField(blank=True, max_length=40, verbose_name="VAT or registration number"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="create_unknown",
            field=models.BooleanField(
                default=True, verbose_name="create unknown people, teams, companies and products"
            ),
        ),
        migrations.AlterField(
            model_name="company",
            name="country",
            field=models.CharField(blank=True, max_length=120, verbose_name="country"),
        ),
        migrations.AlterField(
            model_name="company",
            name="industry",
            field=models.CharField(blank=True, max_length=120, verbose_name="industry"),
        ),
        migrations.AlterField(
            model_name="company",
            name="key",
            field=models.CharField(editable=False, max_length=255),
        ),
        migrations.AlterField(
            model_name="company",
            name="name",
            field=models.CharField(max_length=255, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="company",
            name="parent_name",
            field=models.CharField(blank=True, max_length=255, verbose_name="parent company"),
        ),
        migrations.AlterField(
            model_name="company",
            name="website",
            field=models.CharField(blank=True, max_length=255, verbose_name="website"),
        ),
        migrations.AlterField(
            model_name="opportunity",
            name="channel",
            field=models.CharField(blank=True, max_length=120, verbose_name="source channel"),
        ),
        migrations.AlterField(
            model_name="opportunity",
            name="lost_reason",
            field=models.CharField(blank=True, max_length=500, verbose_name="reason lost"),
        ),
        migrations.AlterField(
            model_name="opportunity",
            name="name",
            field=models.CharField(blank=True, max_length=255, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="opportunity",
            name="segment",
            field=models.CharField(blank=True, max_length=120, verbose_name="segment"),
        ),
        migrations.AlterField(
            model_name="opportunityevent",
            name="changed",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="product",
            name="series",
            field=models.CharField(blank=True, max_length=120, verbose_name="series"),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("organisation", "external_id"),
                name="company_external_id_once",
            ),
        ),
    ]
