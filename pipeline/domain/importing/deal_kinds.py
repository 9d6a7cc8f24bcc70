"""Files about deals: one row each, or one row per change of stage."""

from pipeline.domain.importing import known_headers
from pipeline.domain.importing.errors import gettext_noop
from pipeline.domain.importing.fields import Field, FieldType, Kind

OPPORTUNITIES = Kind(
    key="opportunities",
    label=gettext_noop("Opportunities"),
    staged=True,
    fields=(
        Field(
            "external_id",
            FieldType.IDENTIFIER,
            gettext_noop("Identifier"),
            known_headers.EXTERNAL_ID,
            required=True,
        ),
        Field(
            "name",
            FieldType.TEXT,
            gettext_noop("Name"),
            "deal name|opportunity name|title|nom de la transaction|nom de l'opportunité|nom de l'affaire|"
            "nom|titre|intitulé|libellé|affaire|opportunité|opportunity|deal",
            length=255,
        ),
        Field(
            "owner_email",
            FieldType.EMAIL,
            gettext_noop("Owner's e-mail address"),
            known_headers.OWNER_EMAIL,
            length=254,
        ),
        Field("owner_name", FieldType.NAME, gettext_noop("Owner"), known_headers.OWNER_NAME),
        Field("team", FieldType.NAME, gettext_noop("Team"), known_headers.TEAM),
        Field(
            "company",
            FieldType.NAME,
            gettext_noop("Company"),
            "account name|account|company name|organization|organisation|customer|client|"
            "associated company|entreprise|nom de l'entreprise|société|nom du compte|compte|raison sociale",
            length=255,
        ),
        Field(
            "company_external_id",
            FieldType.IDENTIFIER,
            gettext_noop("Company's identifier"),
            "company id|account id|organization id|associated company id|associated company ids|"
            "id entreprise|id du compte|identifiant de l'entreprise",
        ),
        Field(
            "product",
            FieldType.NAME,
            gettext_noop("Product"),
            "product name|produit|nom du produit|offre|solution",
        ),
        Field("segment", FieldType.TEXT, gettext_noop("Segment"), "market segment|segment de marché"),
        Field(
            "channel",
            FieldType.TEXT,
            gettext_noop("Channel"),
            "source channel|lead source|original source|deal source|source|canal|canal d'acquisition|"
            "origine|source du lead|origine du lead",
        ),
        Field("stage", FieldType.NAME, gettext_noop("Stage"), known_headers.STAGE, required=True),
        Field(
            "status",
            FieldType.STATUS,
            gettext_noop("Status (open, won, lost)"),
            "status (open/won/lost)|deal status|statut|statut de l'affaire|statut (ouvert/gagné/perdu)",
        ),
        Field("amount", FieldType.AMOUNT, gettext_noop("Amount"), known_headers.AMOUNT),
        Field("currency", FieldType.CURRENCY, gettext_noop("Currency"), known_headers.CURRENCY),
        Field(
            "margin",
            FieldType.AMOUNT_OR_SHARE,
            gettext_noop("Margin"),
            "gross margin|gross profit|marge brute|marge|montant de la marge",
        ),
        Field(
            "recurring_amount",
            FieldType.AMOUNT_OR_SHARE,
            gettext_noop("Recurring amount"),
            "annual recurring revenue|arr|recurring revenue|recurring|montant récurrent|part récurrente|"
            "récurrent",
            minimum=0,
        ),
        Field(
            "contract_months",
            FieldType.INTEGER,
            gettext_noop("Contract length in months"),
            "contract length|contract term|contract duration|term months|durée du contrat|durée en mois|"
            "durée mois|engagement mois",
            minimum=0,
            maximum=1200,
        ),
        Field(
            "created_on",
            FieldType.DATE,
            gettext_noop("Created on"),
            "create date|created date|creation date|date created|created at|created|deal created|add time|"
            "open date|opened on|date de création|créé le|créée le|date d'ouverture",
        ),
        Field(
            "expected_close_on",
            FieldType.DATE,
            gettext_noop("Expected close"),
            "expected close date|expected close|target close date|forecast close date|"
            "anticipated close date|date de clôture prévue|clôture prévue|date de clôture attendue|"
            "date de clôture estimée|date de signature prévue|échéance",
        ),
        Field(
            "closed_on",
            FieldType.DATE,
            gettext_noop("Closed on"),
            "close date|closed date|date closed|closed at|deal closed on|closed|date de clôture|"
            "date de fermeture|clôturé le|clôturée le|date de signature|signé le|signed on",
        ),
        Field(
            "won_on",
            FieldType.DATE,
            gettext_noop("Won on"),
            "won time|won date|date won|won at|date de gain|date du gain|gagné le|gagnée le",
        ),
        Field(
            "lost_on",
            FieldType.DATE,
            gettext_noop("Lost on"),
            "lost time|lost date|date lost|lost at|date de perte|date de la perte|perdu le|perdue le",
        ),
        Field(
            "lost_reason",
            FieldType.TEXT,
            gettext_noop("Reason of the loss"),
            "closed lost reason|loss reason|reason lost|raison de la perte|raison de perte|motif de perte|"
            "motif de la perte",
            length=500,
        ),
    ),
    aliases={
        "id": "external_id",
        "owner": "owner_name",
        "agent": "owner_name",
        "rep": "owner_name",
        "account": "company",
        "value": "amount",
        "close_date": "closed_on",
        "created": "created_on",
        "expected_close": "expected_close_on",
        "source": "channel",
    },
)

HISTORY = Kind(
    key="history",
    label=gettext_noop("Stage history"),
    fields=(
        Field(
            "external_id",
            FieldType.IDENTIFIER,
            gettext_noop("Identifier"),
            known_headers.EXTERNAL_ID,
            required=True,
        ),
        Field(
            "stage",
            FieldType.NAME,
            gettext_noop("Stage"),
            "to stage|new stage|new value|nouvelle étape|étape suivante|" + known_headers.STAGE,
            required=True,
        ),
        Field(
            "entered_at",
            FieldType.DATE,
            gettext_noop("Entered on"),
            "entered on|entered|stage entered on|stage change date|changed at|changed on|change date|"
            "edit date|last modified|modified on|occurred on|created date|date d'entrée|entré le|"
            "date du changement|date de changement|modifié le|timestamp|date",
            required=True,
        ),
        Field("owner_name", FieldType.NAME, gettext_noop("Owner"), known_headers.OWNER_NAME),
        Field(
            "owner_email",
            FieldType.EMAIL,
            gettext_noop("Owner's e-mail address"),
            known_headers.OWNER_EMAIL,
            length=254,
        ),
        Field("team", FieldType.NAME, gettext_noop("Team"), known_headers.TEAM),
        Field("amount", FieldType.AMOUNT, gettext_noop("Amount"), known_headers.AMOUNT),
    ),
    aliases={
        "id": "external_id",
        "owner": "owner_name",
        "agent": "owner_name",
        "rep": "owner_name",
        "date": "entered_at",
        "entered_on": "entered_at",
        "value": "amount",
    },
)
