"""Under /o/<organisation>/."""

from django.urls import URLPattern, URLResolver, include, path

from objectives.views import (
    ambition,
    calibration,
    cascade,
    clarity,
    cycles,
    detail,
    drafts,
    edit,
    funnel,
    negotiations,
    objective,
    profiles,
    progress,
    review,
    revising,
    revisions,
    strategy,
    talks,
)  # fmt: skip

app_name = "objectives"

funnel_urls = [
    path("", funnel.funnel, name="funnel"),
    path("refresh/", funnel.refresh, name="funnel_refresh"),
    path("<slug:lever>/", funnel.lever, name="lever"),
    path("<slug:lever>/padlock/", funnel.lever_padlock, name="lever_padlock"),
]

cascade_urls = [
    path("", cascade.cascade, name="cascade"),
    path("cover/", cascade.cover, name="cover"),
    path("share-out/", cascade.share_out, name="share_out"),
    path("<uuid:objective>/", cascade.share, name="share"),
    path("<uuid:objective>/padlock/", cascade.share_padlock, name="share_padlock"),
]

negotiation_urls = [
    path("", negotiations.negotiation, name="negotiation"),
    path("send/", negotiations.send, name="negotiation_send"),
    path("<uuid:objective>/rebalance/", negotiations.rebalance, name="negotiation_rebalance"),
]

talk_urls = [
    path("", talks.talk, name="talk"),
    path("send/", talks.talk_send, name="talk_send"),
    path("accept/", talks.talk_accept, name="talk_accept"),
    path("counter/", talks.talk_counter, name="talk_counter"),
    path("take/", talks.talk_take, name="talk_take"),
    path("refuse/", talks.talk_refuse, name="talk_refuse"),
    path("withdraw/", talks.talk_withdraw, name="talk_withdraw"),
]

revision_urls = [
    path("", revisions.revision, name="revision"),
    path("approve/", revisions.revision_approve, name="revision_approve"),
    path("refuse/", revisions.revision_refuse, name="revision_refuse"),
    path("withdraw/", revisions.revision_withdraw, name="revision_withdraw"),
]

calibration_urls = [
    path("", calibration.calibration, name="calibration"),
    path("compute/", calibration.calibrate, name="calibrate"),
    path("objectives/", calibration.calibration_lines, name="calibration_lines"),
    path("effects/", calibration.calibration_effects, name="calibration_effects"),
    path("constraint/", calibration.constraint, name="constraint"),
    path("justify/", calibration.justify_all, name="justify_all"),
    path("justify/<uuid:objective>/", calibration.justify, name="justify"),
]

cycle_urls: list[URLPattern | URLResolver] = [
    path("", cycles.cycle, name="cycle"),
    path("delete/", cycles.cycle_delete, name="cycle_delete"),
    path("strategy/", strategy.strategy, name="strategy"),
    path("strategy/preview/", strategy.strategy_preview, name="strategy_preview"),
    path("ambition/", ambition.ambition, name="ambition"),
    path("funnel/", include(funnel_urls)),
    path("cascade/", include(cascade_urls)),
    path("negotiation/", include(negotiation_urls)),
    path("clarity/", clarity.clarity, name="clarity"),
    path("clarity/objectives/", clarity.clarity_list, name="clarity_list"),
    path("calibration/", include(calibration_urls)),
    path("undo/", drafts.undo, name="undo"),
    path("add/", edit.objective_add, name="objective_add"),
    path("profiles/", profiles.profiles, name="profiles"),
    path("review/", review.review, name="review"),
    path("activate/", review.activate, name="activate"),
    path("revisions/", revisions.revision_list, name="revisions"),
    path("revisions/people/", revising.reshare, name="reshare"),
]

objective_urls = [
    path("", objective.objective, name="objective"),
    path("edit/", edit.objective_edit, name="objective_edit"),
    path("context/", edit.objective_context, name="objective_context"),
    path("remove/", edit.objective_remove, name="objective_remove"),
    path("children/", review.tree, name="tree"),
    path("progress/", progress.progress, name="progress"),
    path("revise/", revising.revise, name="revise"),
]

urlpatterns = [
    path("objectives/", cycles.cycle_list, name="cycles"),
    path("objectives/new/", cycles.cycle_create, name="cycle_create"),
    path("objectives/metrics/", detail.metrics, name="metrics"),
    path("objectives/objective/<uuid:objective>/", include(objective_urls)),
    path("objectives/revisions/<uuid:revision>/", include(revision_urls)),
    path("objectives/proposals/", negotiations.mine, name="talks"),
    path("objectives/proposals/<uuid:objective>/", include(talk_urls)),
    path("objectives/<uuid:cycle>/", include(cycle_urls)),
]
