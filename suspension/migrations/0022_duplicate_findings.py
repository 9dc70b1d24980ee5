import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insured', '0026_receiving_account'),
        ('suspension', '0021_real_name_review'),
    ]

    operations = [
        migrations.CreateModel(
            name='DuplicateFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('found_at', models.DateTimeField(verbose_name='最近发现时间')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='insured.poolingarea', verbose_name='统筹区')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='insured.insuredperson', verbose_name='参保人')),
            ],
            options={
                'verbose_name': '重复参保线索',
                'verbose_name_plural': '重复参保线索',
                'indexes': [models.Index(fields=['area', 'id'], name='duplicate_finding_of_area')],
                'constraints': [models.UniqueConstraint(fields=('person', 'area'), name='one_duplicate_finding_per_area')],
            },
        ),
    ]
