"""Forms of the members' pages."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tenants.domain.roles import Role
from tenants.models import Membership, Person
from tenants.models.organisation import LANGUAGES, ROLES

# What each role comes for, as the person who invites reads it.
ROLE_DUTIES = {
    Role.DIRECTOR: _("sets the strategy and the objectives, sees everything, manages the organisation"),
    Role.MANAGER: _("sees the teams' gaps, runs the reviews, coaches"),
    Role.REP: _("sees their own objectives, path and stages"),
    Role.MARKETING: _("sees the teams' gaps and the hand-over between marketing and sales"),
    Role.PARTNER: _("sees their own engagements and nothing else"),
    Role.ADVISER: _("sees everything, changes nothing"),
    Role.ADMINISTRATOR: _("manages members, teams, imports and settings; sees no objective"),
}


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # no parameters at run time
    """A salesperson who is nobody's login yet (or this member's own)."""

    def __init__(self, member: Membership | None = None) -> None:
        free = Person.objects.filter(membership=None)
        own = Person.objects.filter(membership_id=member.id) if member else Person.objects.none()
        super().__init__(
            queryset=free | own,
            required=False,
            label=_("Salesperson"),
            empty_label=_("not a salesperson"),
            help_text=_("Ties the login to the person whose opportunities are imported."),
        )


class MemberForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(value, capfirst(str(label))) for value, label in ROLES]
        self.fields["person"] = PersonChoice(member)

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [
            (
                value,
                _("%(role)s: %(duty)s") % {"role": capfirst(str(label)), "duty": ROLE_DUTIES[Role(value)]},
            )
            for value, label in ROLES
        ]
        self.fields["person"] = PersonChoice()

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])
