"""Pages about imports, opportunities and stages."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.isolation.routes.route import Id, Route
from tests.isolation.world import FREE_PERSON, World


def uploaded_file(world: World) -> SimpleUploadedFile:
    return SimpleUploadedFile("new.csv", b"Name\nNew\n")


ROUTES: dict[str, Route] = {
    "pipeline:import_list": Route(),
    "pipeline:import_upload": Route(post={"file": uploaded_file, "kind": ""}),
    "pipeline:import_detail": Route(kwargs={"run": Id("pipeline.ImportRun")}),
    "pipeline:import_columns": Route(
        kwargs={"run": Id("pipeline.ImportRun")},
        post={
            "column_0": "name",
            "date_format": "ISO",
            "decimal": ".",
            "policy": "good",
            "create_unknown": "on",
        },
    ),
    "pipeline:import_start": Route(kwargs={"run": Id("pipeline.ImportRun")}, get=None, post={}),
    "pipeline:import_progress": Route(kwargs={"run": Id("pipeline.ImportRun")}),
    "pipeline:import_refused": Route(kwargs={"run": Id("pipeline.ImportRun")}),
    "pipeline:opportunity_list": Route(
        query={
            "stage": Id("pipeline.Stage"),
            "owner": Id("tenants.Person"),
            "team": Id("tenants.Team"),
            "q": "quagg",
        }
    ),
    "pipeline:opportunity": Route(kwargs={"opportunity": Id("pipeline.Opportunity")}),
    "pipeline:credit": Route(
        kwargs={"opportunity": Id("pipeline.Opportunity")},
        get=None,
        post={"owner": "", "person_0": Id(FREE_PERSON), "share_0": "40"},
    ),
    "pipeline:stages": Route(post={"name": "New"}),
    "pipeline:stage_rename": Route(kwargs={"stage": Id("pipeline.Stage")}, get=None, post={"name": "New"}),
    "pipeline:stage_move": Route(kwargs={"stage": Id("pipeline.Stage")}, get=None, post={"to": "down"}),
    "pipeline:stage_delete": Route(kwargs={"stage": Id("pipeline.Stage")}, get=None, post={}),
}
