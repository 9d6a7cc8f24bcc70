"""Turns and time: what one organisation does one at a time, whoever asks, and how long that may take."""

from django.db import connection

from tenants.scope import current_organisation_id


def take_turn(about: str) -> None:
    """Wait for those who do the same in the organisation in force, until the transaction ends.

    Take it before any row: two who hold rows and then wait for each other are a deadlock, which an exclusion
    constraint also makes of two inserts at the same moment (each checks against the other's row).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{current_organisation_id()}:{about}"]
        )


def take_time() -> None:
    """Let the statements of this transaction run as long as a job's, which is longer than a page's."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '30min'; SET LOCAL lock_timeout = '5min'")
