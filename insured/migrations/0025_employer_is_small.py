from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("insured", "0024_postal_address"),
    ]

    operations = [
        migrations.AddField(
            model_name="employer",
            name="is_small",
            field=models.BooleanField(default=False, verbose_name="中小微企业或个体工商户"),
        ),
    ]
