"""Under /o/<organisation>/."""

from django.urls import URLPattern, URLResolver, include, path

from objectives.views import ambition, cascade, cycles, detail, funnel, review

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

cycle_urls: list[URLPattern | URLResolver] = [
    path("", cycles.cycle, name="cycle"),
    path("delete/", cycles.cycle_delete, name="cycle_delete"),
    path("ambition/", ambition.ambition, name="ambition"),
    path("funnel/", include(funnel_urls)),
    path("cascade/", include(cascade_urls)),
    path("review/", review.review, name="review"),
    path("activate/", review.activate, name="activate"),
]

urlpatterns = [
    path("objectives/", cycles.cycle_list, name="cycles"),
    path("objectives/new/", cycles.cycle_create, name="cycle_create"),
    path("objectives/metrics/", detail.metrics, name="metrics"),
    path("objectives/objective/<uuid:objective>/", detail.objective, name="objective"),
    path("objectives/objective/<uuid:objective>/children/", review.tree, name="tree"),
    path("objectives/<uuid:cycle>/", include(cycle_urls)),
]
