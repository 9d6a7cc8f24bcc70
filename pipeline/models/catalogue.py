"""What an organisation sells, to whom, through which stages."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import TenantForeignKey, TenantModel


class Stage(TenantModel):
    class Kind(models.TextChoices):
        OPEN = "open", _("open")
        WON = "won", _("won")
        LOST = "lost", _("lost")

    name = models.CharField(_("name"), max_length=80)
    key = models.CharField(max_length=80, editable=False)
    position = models.PositiveSmallIntegerField(_("order"))  # closed stages come after the open ones
    kind = models.CharField(_("kind"), max_length=4, choices=Kind, default=Kind.OPEN)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="stage_name_once"),
            models.UniqueConstraint(
                fields=["organisation", "position"],
                name="stage_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Company(TenantModel):
    name = models.CharField(_("name"), max_length=255)
    key = models.CharField(max_length=255, editable=False)
    external_id = models.CharField(_("identifier in the source"), max_length=120, blank=True)
    industry = models.CharField(_("industry"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=120, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    revenue_minor = models.BigIntegerField(_("revenue"), null=True, blank=True)
    founded_year = models.PositiveSmallIntegerField(_("founded"), null=True, blank=True)
    parent_name = models.CharField(_("parent company"), max_length=255, blank=True)
    website = models.CharField(_("website"), max_length=255, blank=True)
    vat_number = models.CharField(_("VAT or registration number"), max_length=40, blank=True)
    technology = models.CharField(
        _("technologies"), max_length=500, blank=True, db_default=""
    )  # "SAP; Salesforce"
    # The company that this one turned out to be. Its name and identifier stay taken: a later file that says them means
    # the other one.
    merged_into = TenantForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="company_name_once"),
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~Q(external_id=""),
                name="company_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="company_not_merged_into_itself",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "merged_into"],
                condition=Q(merged_into__isnull=False),
                name="company_merged",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Product(TenantModel):
    name = models.CharField(_("name"), max_length=120)
    key = models.CharField(max_length=120, editable=False)
    series = models.CharField(_("series"), max_length=120, blank=True)
    list_price_minor = models.BigIntegerField(_("list price"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="product_name_once"),
            models.CheckConstraint(
                condition=Q(list_price_minor__isnull=True) | Q(list_price_minor__gte=0),
                name="product_price_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name
