"""Contacts by the API. They are personal data: reading them takes a scope of its own."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pipeline.models import Company
from prospecting.actions import contacts as actions
from prospecting.api.fields import CHANNELS, IdentifierField
from prospecting.api.references import References
from prospecting.models import Contact, Engagement, Maturity
from tenants.actions.api_keys import READ_CONTACTS, WRITE_CONTACTS
from tenants.api_reading import Filter, Rows, given
from tenants.api_writing import IDEMPOTENCY_KEY, PROBLEMS, Writing, actor, read, refusals

TEXTS = ("name", "job_title", "email", "phone", "channel", "external_id", "basis", "basis_note")


class ContactInput(serializers.Serializer[Any]):
    name = serializers.CharField(required=False, allow_blank=True, max_length=160)
    job_title = serializers.CharField(required=False, allow_blank=True, max_length=160)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40)
    company = serializers.UUIDField(required=False, allow_null=True)
    company_external_id = IdentifierField()
    company_name = serializers.CharField(required=False, allow_blank=True, max_length=255)
    engagement = serializers.UUIDField(
        required=False, allow_null=True, help_text="Of the partner whose contact it is."
    )
    maturity = serializers.UUIDField(required=False, allow_null=True)
    channel = serializers.ChoiceField(choices=CHANNELS, required=False, allow_blank=True)
    basis = serializers.ChoiceField(choices=Contact.Basis.values, required=False)
    basis_note = serializers.CharField(required=False, allow_blank=True, max_length=300)
    external_id = IdentifierField(help_text="Sent again, it changes that contact.")


class ContactSerializer(serializers.ModelSerializer[Contact]):
    class Meta:
        model = Contact
        fields = [
            *("id", "name", "job_title", "email", "phone", "company", "engagement", "maturity", "channel"),
            *("basis", "basis_note", "collected_on", "keep_until", "external_id"),
        ]


class ContactFilter(Filter):
    no_past = gettext_lazy("Contacts have no past day: what was corrected or erased does not come back.")
    company = serializers.UUIDField(required=False)
    engagement = serializers.UUIDField(required=False)
    external_id = serializers.CharField(required=False, max_length=120)
    email = serializers.CharField(required=False, max_length=254)


class Contacts(Writing, Rows):
    """People at prospects' as they are now, without those who were erased or merged."""

    required_scope = READ_CONTACTS
    write_scope = WRITE_CONTACTS
    serializer_class = ContactSerializer
    filters = ContactFilter

    @extend_schema(operation_id="contacts", parameters=[ContactFilter], tags=["prospecting"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The list."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="contact_record", parameters=[IDEMPOTENCY_KEY], request=ContactInput,
        responses={200: ContactSerializer, 201: ContactSerializer, **PROBLEMS}, tags=["prospecting"],
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponseBase:
        """Record somebody. 201 when new; 200 when the external_id was known, and what was sent is changed."""
        return self._once(request, lambda: _record(request))

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        names = given(
            asked, company="company_id", engagement="engagement_id", external_id="external_id", email="email__iexact"
        )  # fmt: skip
        rows: QuerySet[Contact] = Contact.objects.filter(erased_at=None, merged_into=None)
        return rows.filter(**names)


def _record(request: Request) -> Response:
    said, by = read(ContactInput, request.data), actor(request)
    with refusals():
        ids, errors = References.load([said]).resolve(said, by)
        maturity = Maturity.objects.filter(pk=said.get("maturity")).first() if said.get("maturity") else None
        if said.get("maturity") and maturity is None:
            errors["maturity"] = [_("There is no such row.")]
        if errors:
            raise serializers.ValidationError(errors)
        values = {name: said[name] for name in TEXTS if name in said}
        if maturity is not None:
            values["maturity"] = maturity
        known = None
        if said["external_id"]:
            known = Contact.objects.filter(external_id=said["external_id"], erased_at=None).first()
        if known is not None:
            actions.change(contact=known, by=by, **values)
            return Response(ContactSerializer(known).data)
        made = actions.record(
            by=by,
            company=Company.objects.filter(pk=ids["company_id"]).first(),
            engagement=Engagement.objects.filter(pk=ids["engagement_id"]).first(),
            **values,
        )
        return Response(ContactSerializer(made).data, status=201)
