"""Rules that hold against a hand at the database: append-only tables, no overlap of coverage, a balanced ledger."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

APPEND_ONLY = "append-only"
NO_OVERLAP = "no-overlap"
BALANCED = "balanced"
TRIGGERS: dict[str, tuple[str, ...]] = {
    "accounts_consent": (APPEND_ONLY,),
    "audit_accesslog": (APPEND_ONLY,),
    "audit_auditseal": (APPEND_ONLY,),
    "help_consultationmessage": (APPEND_ONLY,),
    "help_phonenote": (APPEND_ONLY,),
    "insured_coverageperiod": (NO_OVERLAP,),
    "insured_creditedmonths": (APPEND_ONLY,),
    "insured_postevent": (APPEND_ONLY,),
    "insured_unitdeclaration": (APPEND_ONLY,),
    "notifications_deliveryattempt": (APPEND_ONLY,),
    "payments_accountentry": (APPEND_ONLY,),
    "payments_billfileline": (APPEND_ONLY,),
    "payments_closingline": (APPEND_ONLY,),
    "payments_gatewaynotice": (APPEND_ONLY,),
    "payments_ledgerentry": (APPEND_ONLY, BALANCED),
    "payments_ledgertransaction": (APPEND_ONLY,),
    "payments_noticeverdict": (APPEND_ONLY,),
    "payments_refundevent": (APPEND_ONLY,),
    "payments_offlinepaymentevent": (APPEND_ONLY,),
    "payments_reminder": (APPEND_ONLY,),
    "suspension_applicationevent": (APPEND_ONLY,),
}

POSTGRESQL_FUNCTIONS = """
CREATE OR REPLACE FUNCTION portal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '23514';
END $$;
CREATE OR REPLACE FUNCTION portal_refuse_imbalance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(fen) FROM payments_ledgerentry WHERE transaction_id = NEW.transaction_id) <> 0 THEN
        RAISE EXCEPTION '%: the entries of transaction % do not come to nothing', TG_TABLE_NAME, NEW.transaction_id
            USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$
"""
POSTGRESQL: dict[str, dict[str, str]] = {
    APPEND_ONLY: {
        "append_only": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION portal_refuse_change()",
        "no_truncate": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change()",
    },
    # An exclusion constraint does it there; an insured migration makes it.
    NO_OVERLAP: {},
    BALANCED: {
        "balanced": "AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION portal_refuse_imbalance()",
    },
}
SQLITE_APPEND_ONLY = """BEFORE {event} ON {table} FOR EACH ROW
BEGIN SELECT RAISE(ABORT, '{table} is append-only: {event} refused'); END"""
SQLITE_OVERLAP = """{when} ON {table} FOR EACH ROW
WHEN NEW.is_basic AND NEW.cancelled_at IS NULL AND EXISTS (
    SELECT 1 FROM {table} AS other
    WHERE other.person_id = NEW.person_id AND other.id <> NEW.id AND other.is_basic AND other.cancelled_at IS NULL
    AND other.starts_on <= coalesce(NEW.ends_on, '9999-12-31')
    AND coalesce(other.ends_on, '9999-12-31') >= NEW.starts_on
) BEGIN SELECT RAISE(ABORT, '{table}: basic coverage periods of one person overlap'); END"""
SQLITE: dict[str, dict[str, str]] = {
    APPEND_ONLY: {
        "no_update": SQLITE_APPEND_ONLY.replace("{event}", "UPDATE"),
        "no_delete": SQLITE_APPEND_ONLY.replace("{event}", "DELETE"),
    },
    # After, not before: only then is the id of a new row known.
    NO_OVERLAP: {
        "no_overlap_insert": SQLITE_OVERLAP.replace("{when}", "AFTER INSERT"),
        "no_overlap_update": SQLITE_OVERLAP.replace("{when}", "AFTER UPDATE"),
    },
    # SQLite looks at one row at a time, before its sisters are there; payments/services/ledger.py adds them up.
    BALANCED: {},
}
BODIES = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
CATALOGUE = {
    "postgresql": """
        SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relnamespace = current_schema()::regnamespace
    """,
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
}


def _wanted(vendor: str) -> dict[tuple[str, str], str]:
    """(table, trigger name) → its SQL after the name."""
    return {
        (table, f"{table}_{suffix}"): body.format(table=table)
        for table, kinds in TRIGGERS.items()
        for kind in kinds
        for suffix, body in BODIES[vendor][kind].items()
    }


def expected(vendor: str) -> set[tuple[str, str]]:
    """(table, trigger name) that a migrated database of this vendor has."""
    return set(_wanted(vendor))


def installed(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """(table, trigger name) of every enabled trigger in the database."""
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE[connection.vendor])
        return {(table, name) for table, name in cursor.fetchall()}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make every trigger anew whose table exists. Harmless when repeated.

    PostgreSQL changes no triggers while deferred foreign keys wait to be checked, so they are checked first.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            connection.check_constraints()
            cursor.execute(POSTGRESQL_FUNCTIONS)
        for (table, name), body in _wanted(connection.vendor).items():
            if table in tables:
                cursor.execute(_drop_statement(connection.vendor, table=table, name=name))
                kind = "CONSTRAINT TRIGGER" if "DEFERRABLE" in body else "TRIGGER"
                cursor.execute(f"CREATE {kind} {name} {body}")


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger of ours away."""
    ours = installed(connection) & expected(connection.vendor)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            connection.check_constraints()
        for table, name in sorted(ours):
            cursor.execute(_drop_statement(connection.vendor, table=table, name=name))


@contextmanager
def suspended(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """One transaction without triggers: for test flushes, key rotation and retention, and for nothing else.

    A crash inside rolls back with everything else, so the triggers are never left out.
    """
    with transaction.atomic(using=connection.alias):
        drop(connection)
        yield
        install(connection)


def _drop_statement(vendor: str, *, table: str, name: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if vendor == "postgresql" else "")
