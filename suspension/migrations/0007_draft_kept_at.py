from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('suspension', '0006_acted_for'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='kept_at',
            field=models.DateTimeField(null=True, verbose_name='最近暂存时间'),
        ),
    ]
