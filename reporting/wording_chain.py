"""Words of the chain of value."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from objectives.domain.catalogue import LinkOwner

LINKS: dict[str, Promise] = {
    "leads": _("Leads passed to sales"),
    "contacts": _("First contacts and conversations"),
    "meetings": _("Meetings"),
    "partner": _("Meetings of a partner"),
    "judging": _("Judging the meetings"),
    "opportunities": _("Opportunities"),
    "deals": pgettext_lazy("link of the chain", "Deals"),
    "result": pgettext_lazy("link of the chain", "Result"),
}
OWNERS: dict[LinkOwner, Promise] = {
    LinkOwner.MARKETING: _("marketing"),
    LinkOwner.PROSPECTING: _("own prospecting"),
    LinkOwner.PARTNER: _("the outsourced partner"),
    LinkOwner.SALES: _("sales"),
    LinkOwner.MANAGEMENT: _("management"),
}
# Whom the link hands over to, where its hand-over is measured.
TO: dict[str, Promise] = {
    "leads": _("Handed over to sales, which answers"),
    "meetings": _("Meetings of the own prospecting, handed over to sales, which judges"),
    "partner": _("Handed over to sales, which judges"),
    "opportunities": _("From the last stage to won; days are the median to the win"),
}
