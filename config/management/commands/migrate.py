"""`migrate`, as the role that owns the tables."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Django's own, on the database alias `owner` unless another is named."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def execute(self, *args: Any, **options: Any) -> str | None:
        # Before the checks, which connect.
        if options["database"] not in settings.DATABASES:
            raise CommandError(
                "MIGRATE_DATABASE_URL is not set: migrations run as the role boussole_migrate."
            )
        return super().execute(*args, **options)
