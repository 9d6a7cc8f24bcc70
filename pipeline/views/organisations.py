"""A new organisation, by who will direct it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pipeline.actions import organisations
from pipeline.forms import NewOrganisationForm
from tenants.access import SYSTEM, public_view
from tenants.models import User
from tenants.views.answers import form_page


@public_view("makes a new organisation, directed by the person who is signed in")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    form = NewOrganisationForm(request.POST or None)
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = organisations.set_up(
                by=SYSTEM,
                now=timezone.now(),
                user=cast(User, request.user),
                stages_text=given.pop("stages"),
                **given,
            )
        except ValidationError as error:
            for field, errors in error.error_dict.items():
                form.add_error(field if field in form.fields else None, errors)
        else:
            messages.success(
                request, _("%s is ready. Import your opportunities to begin.") % made.organisation.name
            )
            return redirect("pipeline:import_upload", organisation=made.organisation.slug)
    return form_page(request, "pipeline/organisation_create.html", {"form": form}, form)
