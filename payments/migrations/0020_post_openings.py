"""Post the opening balances that were imported before the ledger knew openings; see 0019."""

from django.db import migrations
from django.db.models import Exists, OuterRef
from django.utils import timezone

CHUNK = 1000
CHANNEL = "account"


def post_openings(apps, schema_editor):
    """Each opening entry that has no posting gets the one that an import writes today. Running it again posts nothing."""
    entries = apps.get_model("payments", "AccountEntry").objects
    transactions = apps.get_model("payments", "LedgerTransaction").objects
    sides = apps.get_model("payments", "LedgerEntry")
    posted = transactions.filter(kind="opening", channel=CHANNEL, trade_no=OuterRef("person__number"))
    unposted = entries.filter(~Exists(posted), kind="opening").order_by("pk").values_list("person__number", "amount_fen")
    while found := dict(unposted[:CHUNK]):
        now = timezone.now()
        made = transactions.bulk_create(
            transactions.model(
                key=f"opening:{CHANNEL}:{number}",
                kind="opening",
                channel=CHANNEL,
                trade_no=number,
                happened_at=now,
                posted_at=now,
            )
            for number in found
        )
        sides.objects.bulk_create(
            sides(transaction=one, account=account, fen=sign * found[one.trade_no])
            for one in made
            for account, sign in (("opening", 1), ("personal", -1))
        )


class Migration(migrations.Migration):

    dependencies = [
        ("payments", "0019_ledger_openings"),
    ]

    operations = [
        migrations.RunPython(post_openings, migrations.RunPython.noop),
    ]
