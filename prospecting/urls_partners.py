"""Partners: their management, the client's page about them, their own home; and what effort costs."""

from django.urls import path

from prospecting.views import costs, partner_admin, partner_home, partner_report, statements

client_urls = [
    path("partners/", partner_report.partners, name="partners"),
    path("partners/<uuid:engagement>/", partner_report.engagement, name="engagement"),
    path(
        "partners/<uuid:engagement>/statements/<str:month>.<str:form>",
        statements.statement,
        name="statement",
    ),
]

admin_urls = [
    path("partners/firms/", partner_admin.partner_list, name="partner_list"),
    path("partners/firms/new/", partner_admin.partner_create, name="partner_create"),
    path("partners/firms/<uuid:partner>/", partner_admin.partner, name="partner"),
    path("partners/firms/<uuid:partner>/engage/", partner_admin.engagement_create, name="engagement_create"),
    path("partners/<uuid:engagement>/terms/", partner_admin.engagement_edit, name="engagement_edit"),
    path("partners/<uuid:engagement>/prices/", partner_admin.price_set, name="price_set"),
    path(
        "partners/<uuid:engagement>/prices/<uuid:price>/remove/",
        partner_admin.price_remove,
        name="price_remove",
    ),
    path("partners/<uuid:engagement>/invite/", partner_admin.engagement_invite, name="engagement_invite"),
    path(
        "partners/<uuid:engagement>/logins/<uuid:member>/attach/",
        partner_admin.engagement_attach,
        name="engagement_attach",
    ),
    path(
        "partners/<uuid:engagement>/logins/<uuid:member>/detach/",
        partner_admin.engagement_detach,
        name="engagement_detach",
    ),
]

cost_urls = [
    path("settings/costs/", costs.costs, name="costs"),
    path("settings/costs/<uuid:cost>/remove/", costs.cost_remove, name="cost_remove"),
]

partner_urls = [
    path("partner/", partner_home.partner_home, name="partner_home"),
    path(
        "partner/<uuid:engagement>/statements/<str:month>.<str:form>",
        statements.partner_statement,
        name="partner_statement",
    ),
]

patterns = [*client_urls, *admin_urls, *cost_urls, *partner_urls]
