"""Context and clarity in words."""

from django.utils.translation import gettext_lazy as _

FIELD_NAMES = {
    "segments": _("Segments"),
    "account_profile": _("Account profile"),
    "maturity": _("Maturity"),
    "channels": _("Channels"),
    "qualification": _("Qualification criteria"),
    "success": _("Success criterion"),
    "reason": _("Reason"),
    "constraints_reviewed": _("Constraints of the field"),
}
FIELD_HELP = {
    "segments": _("Which markets are aimed at. It says where to look and leaves no deal out of the figures."),
    "account_profile": _("Which companies: size, trade, place, who decides."),
    "maturity": _("How far they are on their way to buying when it is worth talking to them."),
    "channels": _("Through which channels they are reached."),
    "qualification": _("What has to be true before an opportunity counts as one."),
    "success": _("How everybody will know that it is reached."),
    "reason": _("Why this, now: what the strategy asks for, in words."),
}
FACTOR_NAMES = {
    "target_maturity": _("Maturity of the target"),
    "brand_awareness": _("Awareness of the brand"),
    "competitive_intensity": _("Competition"),
    "offer_complexity": _("Complexity of the offer"),
    "team_capacity": _("Capacity of the team"),
}
LEVELS = {
    -2: _("much harder than before"),
    -1: _("harder than before"),
    0: _("as before"),
    1: _("easier than before"),
    2: _("much easier than before"),
}
# What is missing, as something to do.
TO_DO = {
    "metric": _("choose a metric"),
    "target": _("set the target"),
    "period": _("say until when"),
    "owner": _("say who carries it"),
    "segments": _("choose the segments"),
    "account_profile": _("describe the accounts"),
    "maturity": _("say how mature they are"),
    "channels": _("choose the channels"),
    "qualification": _("write the qualification criteria"),
    "success": _("say what success is"),
    "reason": _("give the reason"),
    "constraints_reviewed": _("look at the constraints"),
}
BASES = {
    "last": _("Proposed: as in the cycle before."),
    "pipeline": _("Proposed from the deals won."),
    "strategy": _("Proposed from the strategy."),
    "usual": _("Proposed: usual words, to be made your own."),
}
