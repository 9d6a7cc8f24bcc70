"""Mails: a text and an HTML part from templates, in the reader's language."""

from dataclasses import dataclass
from email.message import MIMEPart
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar file (.ics) to go with a mail; `method` as it is written in it."""

    method: str
    content: bytes


def send(
    template: str, *, to: str, language: str, subject: str | Promise, context: dict[str, Any],
    calendar: Calendar | None = None,
) -> None:  # fmt: skip
    """Send `<template>.txt` and `.html` ("tenants/email/invitation") to one person. Errors: the mail server's (OSError).

    `subject` is a lazy or plain text, written in `language` like the rest.
    """
    with translation.override(language):
        context = {**context, "language": language}
        message = EmailMultiAlternatives(
            subject=" ".join(str(subject).split()),  # a name with a line break must not become a header
            body=render_to_string(f"{template}.txt", context),
            to=[to],
        )
        message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
        if calendar is not None:
            message.attach(_part(calendar))
        message.send()


def _part(calendar: Calendar) -> MIMEPart:
    """As bytes, so that its line ends stay CRLF; the method is said in the header too (RFC 6047)."""
    part = MIMEPart()
    params = {"method": calendar.method, "charset": "utf-8"}
    part.set_content(
        calendar.content, "text", "calendar", disposition="attachment", filename="meeting.ics", params=params
    )
    return part
