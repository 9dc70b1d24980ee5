"""On PostgreSQL no two counting periods of a person's basic schemes overlap; SQLite has a trigger for it."""

from django.db import migrations

ADD = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE insured_coverageperiod ADD CONSTRAINT period_no_overlap
    EXCLUDE USING gist (person_id WITH =, daterange(starts_on, ends_on + 1, '[)') WITH &&)
    WHERE (is_basic AND cancelled_at IS NULL);
"""
DROP = "ALTER TABLE insured_coverageperiod DROP CONSTRAINT period_no_overlap;"


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ADD)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("insured", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
