from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from demo.loading import load
from demo.organisations import DEMOS, PASSWORD


class Command(BaseCommand):
    help = "Load the demo organisations that are not there yet, and print their logins."

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        for demo in DEMOS:
            load(demo, now=now, password=PASSWORD)
        self.stdout.write(f"Demo logins, password {PASSWORD}:")
        for demo in DEMOS:
            self.stdout.write(f"  {demo.name}")
            for role, (email, _name) in demo.logins.items():
                self.stdout.write(f"    {role.value:<14} {email}")
