from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insured', '0025_employer_is_small'),
    ]

    operations = [
        migrations.AddField(
            model_name='poolingarea',
            name='agency_account',
            field=models.CharField(blank=True, default='', max_length=100, verbose_name='收款账户（开户行和账号）'),
        ),
    ]
