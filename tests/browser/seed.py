"""What is there before the first journey: collected assets, demo organisations, and somebody who has none yet.

`python -m tests.browser.seed`, with the settings of the house; `python -m tests.browser.seed SLUG` adds one more.
"""

from __future__ import annotations

import sys

import django

from tests.browser.clock import NOW

# The demo organisations that are there from the beginning.
AT_FIRST = ("nordalys", "petit-pont")
# People with a login and no organisation, by what they come for; the first two by their language.
NEWCOMERS = {"en": "nora@newhouse.example", "fr": "noe@neuve.example", "large file": "lars@bulk.example"}


def main(slugs: list[str]) -> None:
    django.setup()
    from allauth.account.models import EmailAddress

    from config.prepare import collect
    from demo.loading import load
    from demo.organisations import DEMOS, PASSWORD
    from tenants.models import User
    from tests.browser import over

    for demo in DEMOS:
        if demo.slug in (slugs or AT_FIRST):
            load(demo, now=NOW, password=PASSWORD)
    if slugs:
        return
    collect()
    over.make()
    for purpose, email in NEWCOMERS.items():
        language = "fr" if purpose == "fr" else "en"
        user = User.objects.create_user(email, PASSWORD, name=email.split("@")[0].title(), language=language)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)


if __name__ == "__main__":
    main(sys.argv[1:])
