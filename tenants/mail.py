"""Mails: a text and an HTML part from templates, in the reader's language."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise


def send(template: str, *, to: str, language: str, subject: str | Promise, context: dict[str, Any]) -> None:
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
        message.send()
