"""Files about who and what is in a deal: companies, products, teams."""

from decimal import Decimal

from pipeline.domain.importing import known_headers
from pipeline.domain.importing.errors import gettext_noop
from pipeline.domain.importing.fields import Field, FieldType, Kind

COMPANIES = Kind(
    key="companies",
    label=gettext_noop("Companies"),
    fields=(
        Field(
            "name",
            FieldType.NAME,
            gettext_noop("Name"),
            "company name|account name|organization name|company|account|organization|organisation|"
            "customer|client|nom de l'entreprise|entreprise|société|raison sociale|nom du compte|compte|"
            "nom",
            required=True,
            length=255,
        ),
        Field(
            "external_id",
            FieldType.IDENTIFIER,
            gettext_noop("Identifier"),
            "company id|account id|organization id|record id|customer id|id entreprise|id du compte|"
            "n° client|identifiant|id",
        ),
        Field(
            "industry",
            FieldType.TEXT,
            gettext_noop("Industry"),
            "sector|secteur|secteur d'activité|industrie|activité|branche",
        ),
        Field(
            "country",
            FieldType.TEXT,
            gettext_noop("Country"),
            "country region|billing country|address country|office location|pays|pays région|location",
        ),
        Field(
            "employees",
            FieldType.INTEGER,
            gettext_noop("Employees"),
            "number of employees|num employees|no of employees|headcount|effectif|effectifs|"
            "nombre d'employés|nombre de salariés|salariés",
            minimum=0,
            maximum=10_000_000,
        ),
        Field(
            "revenue",
            FieldType.AMOUNT,
            gettext_noop("Annual revenue"),
            "annual revenue|turnover|chiffre d'affaires|chiffre d'affaires annuel|ca annuel|ca|revenu annuel",
        ),
        Field(
            "founded_year",
            FieldType.INTEGER,
            gettext_noop("Year founded"),
            "year established|year founded|founded|année de création|année de fondation",
            minimum=800,
            maximum=2200,
        ),
        Field(
            "parent_company",
            FieldType.NAME,
            gettext_noop("Parent company"),
            "subsidiary of|parent account|parent|maison mère|société mère|entreprise parente|filiale de|"
            "groupe",
            length=255,
        ),
        Field(
            "website",
            FieldType.TEXT,
            gettext_noop("Website"),
            "company domain name|website url|domain|url|site web|site internet|nom de domaine",
            length=255,
        ),
        Field(
            "vat_number",
            FieldType.IDENTIFIER,
            gettext_noop("VAT or registration number"),
            "vat|vat id|tax id|registration number|registration|company number|numéro de tva|n° tva|"
            "tva intracommunautaire|siren|siret",
            length=40,
        ),
        Field(
            "technology",
            FieldType.TEXT,
            gettext_noop("Technologies"),
            "technologies|tech stack|web technologies|tools|software used|technologie|technologies utilisées|logiciels|outils",
            length=500,
        ),
    ),
    aliases={
        "company": "name",
        "account": "name",
        "id": "external_id",
        "sector": "industry",
        "parent": "parent_company",
        "registration": "vat_number",
    },
)

PRODUCTS = Kind(
    key="products",
    label=gettext_noop("Products"),
    fields=(
        Field(
            "name",
            FieldType.NAME,
            gettext_noop("Name"),
            "product name|product|nom du produit|produit|article|désignation|libellé|nom",
            required=True,
        ),
        Field(
            "series",
            FieldType.TEXT,
            gettext_noop("Series"),
            "product family|product line|product type|category|family|gamme|série|famille|catégorie",
        ),
        Field(
            "list_price",
            FieldType.AMOUNT,
            gettext_noop("List price"),
            "sales price|unit price|standard price|price|prix catalogue|prix de vente|prix unitaire|prix|"
            "tarif",
            minimum=0,
        ),
        Field("currency", FieldType.CURRENCY, gettext_noop("Currency"), known_headers.CURRENCY),
    ),
    aliases={"product": "name", "price": "list_price", "category": "series", "family": "series"},
)

TEAMS = Kind(
    key="teams",
    label=gettext_noop("Teams and salespeople"),
    one_of=("owner_name", "owner_email"),
    fields=(
        Field(
            "owner_name",
            FieldType.NAME,
            gettext_noop("Owner"),
            known_headers.OWNER_NAME.removesuffix("|responsable")
            + "|full name|person|user|membre|collaborateur|name|nom",
        ),
        Field(
            "owner_email",
            FieldType.EMAIL,
            gettext_noop("E-mail address"),
            "email|e-mail address|user email|mail|courriel|adresse e-mail|" + known_headers.OWNER_EMAIL,
            length=254,
        ),
        Field(
            "team", FieldType.NAME, gettext_noop("Team"), "team name|nom de l'équipe|" + known_headers.TEAM
        ),
        Field(
            "parent_team",
            FieldType.NAME,
            gettext_noop("Parent team"),
            "regional office|office|region|division|bureau|agence|région|équipe parente|direction|"
            "direction régionale",
        ),
        Field(
            "manager_name",
            FieldType.NAME,
            gettext_noop("Manager"),
            "manager|sales manager|team lead|team leader|supervisor|responsable|chef d'équipe|"
            "manager d'équipe|n+1",
        ),
        Field(
            "manager_email",
            FieldType.EMAIL,
            gettext_noop("Manager's e-mail address"),
            "email manager|e-mail du manager|e-mail du responsable",
            length=254,
        ),
        Field(
            "fte",
            FieldType.NUMBER,
            gettext_noop("Capacity (FTE)"),
            "full time equivalent|capacity|etp|équivalent temps plein|taux d'activité|temps de travail",
            minimum=Decimal("0.01"),
            maximum=2,
        ),
        Field(
            "start_on",
            FieldType.DATE,
            gettext_noop("Start date"),
            "start date|hire date|hired on|joined on|date d'arrivée|date d'entrée|date d'embauche|"
            "date de début",
        ),
        Field(
            "profile", FieldType.PROFILE, gettext_noop("Profile"), "seniority|level|profil|niveau|ancienneté"
        ),
    ),
    aliases={
        "agent": "owner_name",
        "rep": "owner_name",
        "name": "owner_name",
        "email": "owner_email",
        "manager": "manager_name",
        "office": "parent_team",
        "region": "parent_team",
        "start_date": "start_on",
    },
)
