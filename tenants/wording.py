"""Audit verbs in the reader's words. A verb that is not here is shown as it is."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise] = {
    "api_key.create": _("API key made"),
    "api_key.revoke": _("API key revoked"),
    "cascade.cover": _("cover ratio changed"),
    "cascade.padlock": _("padlock of a share turned"),
    "cascade.share": _("share changed"),
    "cascade.share_out": _("objective shared out"),
    "cycle.activate": _("cycle activated"),
    "cycle.create": _("cycle made"),
    "cycle.delete": _("cycle deleted"),
    "import.finished": _("file imported"),
    "import.refused": _("file refused"),
    "import.start": _("import started"),
    "import.upload": _("file sent"),
    "invitation.accept": _("invitation accepted"),
    "invitation.create": _("invitation sent"),
    "invitation.resend": _("invitation sent again"),
    "invitation.revoke": _("invitation revoked"),
    "member.deactivate": _("member deactivated"),
    "member.link": _("member tied to a salesperson"),
    "member.reactivate": _("member reactivated"),
    "member.role": _("role changed"),
    "organisation.change": _("settings changed"),
    "organisation.create": _("organisation made"),
    "person.change": _("salesperson changed"),
    "person.create": _("salesperson added"),
    "person.move": _("salesperson moved to a team"),
    "person.remove_stay": _("time in a team removed"),
    "plan.ambition": _("revenue objective changed"),
    "plan.lever": _("figure of the plan changed"),
    "plan.recompute": _("plan worked out again"),
    "run.ask": _("recompute asked for"),
    "stage.add": _("stage added"),
    "stage.delete": _("stage deleted"),
    "stage.move": _("stage moved"),
    "stage.rename": _("stage renamed"),
    "team.change": _("team changed"),
    "team.create": _("team added"),
}


def verb_label(verb: str) -> str:
    return str(VERBS.get(verb, verb))
