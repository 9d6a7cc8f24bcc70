"""manage.py create_api_key --organisation SLUG: make an API key and print its token, once."""

import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tenants import queries
from tenants.access import SYSTEM
from tenants.actions import api_keys
from tenants.scope import tenant_scope


class Command(BaseCommand):
    help = "Make an API key of an organisation and print its token, which cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, metavar="SLUG")
        parser.add_argument("--name", default="command line", help="which program uses it")
        parser.add_argument("--expires", type=int, metavar="DAYS", help="never, unless given")
        parser.add_argument(
            "--scope", action="append", choices=api_keys.SCOPES, help="what it may do; repeatable; read, unless given"
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = queries.organisation_by_slug(options["organisation"])
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']!r}.")
        days = options["expires"]
        if days is not None and days < 1:
            raise CommandError("--expires takes a number of days, 1 or more.")
        expires_at = None if days is None else timezone.now() + timedelta(days=days)
        with tenant_scope(organisation.id):
            key, token = api_keys.create(
                organisation=organisation,
                name=options["name"][:80],
                by=SYSTEM,
                scopes=tuple(options["scope"] or [api_keys.READ]),
                expires_at=expires_at,
            )
        if options["json"]:
            document = {
                "organisation": organisation.slug,
                "name": key.name,
                "token": token,
                "expires_at": expires_at.isoformat() if expires_at else None,
            }
            self.stdout.write(json.dumps(document))
        else:
            self.stdout.write(token)
