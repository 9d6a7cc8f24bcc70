"""What every form of the house shares: errors of actions come back to their fields, dates are real date inputs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction


@contextmanager
def errors_in(form: forms.BaseForm) -> Iterator[None]:
    """Run an action; what it refuses is written at the form's fields, and what it did until then is undone."""
    try:
        with transaction.atomic():
            yield
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            form.add_error(None, error)
            return
        for field, errors in error.error_dict.items():
            form.add_error(field if field in form.fields else None, errors)


class DayField(forms.DateField):
    """A day; the browser shows its own calendar and sends ISO."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)
