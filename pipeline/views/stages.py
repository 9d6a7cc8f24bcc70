"""The stages of the organisation."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.actions import stages
from pipeline.forms import StageForm
from pipeline.models import Stage
from pipeline.queries import pages as queries
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import form_page, go, settings_tabs


@tenant_view(Permission.MANAGE_ORGANISATION)
@require_http_methods(["GET", "HEAD", "POST"])
def stage_list(request: TenantRequest) -> HttpResponse:
    """The list with a form to add one; POST adds."""
    form = StageForm(request.POST or None)
    if form.is_valid():
        with errors_in(form):
            stage = stages.add(name=form.cleaned_data["name"], by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("%s is added.") % stage)
            return go(request, "pipeline:stages")
    return _page(request, form)


@tenant_view(Permission.MANAGE_ORGANISATION)
@require_POST
def rename(request: TenantRequest, stage: UUID) -> HttpResponse:
    found = get_object_or_404(Stage, pk=stage)
    form = StageForm(request.POST, auto_id=f"id_{stage}_%s")
    if form.is_valid():
        with errors_in(form):
            stages.rename(stage=found, name=form.cleaned_data["name"], by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("Saved."))
            return go(request, "pipeline:stages")
    return _page(request, StageForm(), renamed=(found.id, form))


@tenant_view(Permission.MANAGE_ORGANISATION)
@require_POST
def move(request: TenantRequest, stage: UUID) -> HttpResponse:
    stages.move(
        stage=get_object_or_404(Stage, pk=stage), down=request.POST.get("to") == "down", by=Actor.of(request)
    )
    return go(request, "pipeline:stages")


@tenant_view(Permission.MANAGE_ORGANISATION)
@require_POST
def delete(request: TenantRequest, stage: UUID) -> HttpResponse:
    found = get_object_or_404(Stage, pk=stage)
    try:
        stages.delete(stage=found, by=Actor.of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%s is deleted.") % found)
    return go(request, "pipeline:stages")


def _page(
    request: TenantRequest, form: StageForm, renamed: tuple[UUID, StageForm] | None = None
) -> HttpResponse:
    listed = queries.stages()
    last = sum(stage.kind == Stage.Kind.OPEN for stage in listed) - 1
    rows = [
        {
            "stage": stage,
            "form": renamed[1]
            if renamed and renamed[0] == stage.id
            else StageForm(initial={"name": stage.name}, auto_id=f"id_{stage.id}_%s"),
            "is_open": stage.kind == Stage.Kind.OPEN,
            "is_first": place == 0,
            "is_last": place == last,
        }
        for place, stage in enumerate(listed)
    ]
    context = {"form": form, "rows": rows, "tabs": settings_tabs(request, "stages")}
    return form_page(request, "pipeline/stages.html", context, form, *([renamed[1]] if renamed else []))
