"""manage.py create_organisation: an empty organisation with its stages."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pipeline.actions import organisations
from pipeline.domain.stage_list import DEFAULT_STAGES
from tenants.access import SYSTEM


class Command(BaseCommand):
    help = "Create an organisation with its stages, and its director if one is named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="its part of the address: small letters, digits and hyphens")
        parser.add_argument("--name", help="as people read it (default: the slug)")
        parser.add_argument("--currency", default="EUR", help="ISO 4217 code (default: EUR)")
        parser.add_argument("--time-zone", default="Europe/Paris", help="IANA name (default: Europe/Paris)")
        parser.add_argument(
            "--stages", default=DEFAULT_STAGES, help='in order, "Name" or "Name:won" (default: %(default)s)'
        )
        parser.add_argument("--locale", default="fr", choices=["fr", "en"], help="language of new members")
        parser.add_argument(
            "--country", default="FR", help="ISO 3166 code of the public holidays (default: FR)"
        )
        parser.add_argument("--director", default="", metavar="EMAIL", help="who directs it")
        parser.add_argument("--password", default="", help="of a new director, instead of an invitation link")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = organisations.set_up(
                slug=options["slug"],
                name=options["name"] or options["slug"],
                currency=options["currency"].upper(),
                time_zone=options["time_zone"],
                locale=options["locale"],
                country=options["country"].upper(),
                stages_text=options["stages"],
                director=options["director"],
                password=options["password"],
                by=SYSTEM,
                now=timezone.now(),
            )
        except ValidationError as error:
            raise CommandError(_told(error)) from error
        self.stdout.write(f"Created {made.organisation.name}: /o/{made.organisation.slug}/")
        if made.invitation_link:
            self.stdout.write(f"Invitation of {options['director']}: {made.invitation_link}")


def _told(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return "\n".join(error.messages)
    return "\n".join(f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items())
