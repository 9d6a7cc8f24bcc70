"""Turns and time: what one organisation does one at a time, whoever asks, and how long that may take."""

from django.db import connection

from tenants.scope import current_organisation_id


def take_turn(about: str) -> None:
    """Wait for those who do the same in the organisation in force, until the transaction ends.

    Take it before any row: two who hold rows and then wait for each other are a deadlock, which an exclusion
    constraint also makes of two inserts at the same moment (each checks against the other's row).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_name(about)])


def take_free_turn(about: str) -> bool:
    """As take_turn, without waiting: False when somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [_name(about)])
        row = cursor.fetchone()
    return bool(row and row[0])


def _name(about: str) -> str:
    return f"{current_organisation_id()}:{about}"


def take_time() -> None:
    """Let this transaction take as long as a job's, in its statements and between them, which is longer than a page's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL statement_timeout = '30min'; SET LOCAL lock_timeout = '5min';"
            " SET LOCAL idle_in_transaction_session_timeout = '30min'"
        )
