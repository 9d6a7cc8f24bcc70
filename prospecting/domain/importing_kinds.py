"""Kinds of files that prospecting adds to the imports: activities, and contacts."""

from pipeline.domain.importing import known_headers
from pipeline.domain.importing.errors import gettext_noop
from pipeline.domain.importing.fields import Field, FieldType, Kind

CHANNELS = (
    ("phone", "call|calls|phone call|telephone|cold call|téléphone|appel|appels|tel"),
    ("email", "e-mail|mail|emails|courriel|mailing"),
    ("social", "social network|linkedin|social selling|réseau social|réseaux sociaux|réseau"),
    ("event", "fair|trade fair|trade show|webinar|salon|événement|évènement|conférence"),
    ("referral", "recommendation|word of mouth|recommandation|parrainage|bouche à oreille"),
    ("inbound", "web|web site|website|form|entrant|site|site web|formulaire"),
    ("partner", "partenaire|prestataire"),
)
KINDS = (
    (
        "attempt",
        "tried|no answer|voicemail|left message|busy|tentative|essai|sans réponse|messagerie|répondeur",
    ),
    ("contact", "reached|contacted|connected|answered|contacté|joint|réponse"),
    (
        "conversation",
        "talk|discussion|needs discussed|meeting set|entretien|échange|conversation utile|besoin évoqué",
    ),
    ("lead", "lead passed|mql|lead transmis"),
)

COMPANY = Field(
    "company",
    FieldType.NAME,
    gettext_noop("Company"),
    "company name|account|account name|organization|organisation|associated company|entreprise|société|compte|"
    "nom de l'entreprise|raison sociale",
    length=255,
)
COMPANY_ID = Field(
    "company_external_id",
    FieldType.IDENTIFIER,
    gettext_noop("Identifier of the company"),
    "company id|account id|organization id|associated company id|id entreprise|id du compte",
)

ACTIVITIES = Kind(
    key="activities",
    label=gettext_noop("Activities of prospecting"),
    identity="external_id",
    one_of=("owner_name", "owner_email"),
    fields=(
        Field(
            "external_id",
            FieldType.IDENTIFIER,
            gettext_noop("Identifier"),
            "activity id|engagement id|task id|call id|id activité|identifiant|record id|id",
            required=True,
        ),
        Field(
            "day",
            FieldType.DATE,
            gettext_noop("Day"),
            "activity date|date|due date|call date|done on|date de l'activité|jour",
            required=True,
        ),
        Field(
            "kind",
            FieldType.CHOICE,
            gettext_noop("What it was"),
            "outcome|call outcome|result|activity result|résultat|issue de l'appel|nature",
            required=True,
            choices=KINDS,
        ),
        Field(
            "channel",
            FieldType.CHOICE,
            gettext_noop("Channel"),
            "activity type|type|medium|canal|type d'activité|moyen",
            required=True,
            choices=CHANNELS,
        ),
        Field(
            "quantity",
            FieldType.INTEGER,
            gettext_noop("Number"),
            "count|number|how many|nombre|quantité",
            minimum=1,
            maximum=10_000,
        ),
        Field(
            "owner_name",
            FieldType.NAME,
            gettext_noop("Person"),
            "person|user|agent|done by|commercial|personne|" + known_headers.OWNER_NAME,
        ),
        Field(
            "owner_email",
            FieldType.EMAIL,
            gettext_noop("Person's e-mail address"),
            "person email|user email|" + known_headers.OWNER_EMAIL,
            length=254,
        ),
        COMPANY,
        COMPANY_ID,
        Field(
            "contact",
            FieldType.TEXT,
            gettext_noop("Contact"),
            "contact name|associated contact|interlocuteur|nom du contact",
            length=160,
        ),
        Field(
            "contact_email",
            FieldType.EMAIL,
            gettext_noop("Contact's e-mail address"),
            "email of contact|associated contact email|e-mail du contact",
            length=254,
        ),
        Field(
            "contact_external_id",
            FieldType.IDENTIFIER,
            gettext_noop("Identifier of the contact"),
            "contact id|id contact|id du contact|associated contact id",
        ),
        Field("segment", FieldType.NAME, gettext_noop("Segment"), "market|marché|cible"),
        Field(
            "note",
            FieldType.TEXT,
            gettext_noop("Note"),
            "notes|comment|comments|subject|commentaire|remarque|objet",
            length=300,
        ),
    ),
    aliases={
        "id": "external_id",
        "date": "day",
        "outcome": "kind",
        "person": "owner_name",
        "person_name": "owner_name",
        "person_email": "owner_email",
        "email": "owner_email",
    },
)

CONTACTS = Kind(
    key="contacts",
    label=gettext_noop("Contacts at prospects"),
    identity="external_id",
    one_of=("external_id", "email"),
    fields=(
        Field(
            "external_id",
            FieldType.IDENTIFIER,
            gettext_noop("Identifier"),
            "contact id|id contact|id du contact|record id|identifiant|id",
        ),
        Field(
            "name",
            FieldType.TEXT,
            gettext_noop("Name"),
            "full name|contact name|contact|nom complet|nom du contact|nom",
            length=160,
        ),
        Field(
            "email",
            FieldType.EMAIL,
            gettext_noop("E-mail address"),
            "e-mail|mail|contact email|courriel|adresse e-mail|e-mail du contact",
            length=254,
        ),
        Field(
            "phone",
            FieldType.TEXT,
            gettext_noop("Phone"),
            "phone number|mobile|mobile phone|téléphone|numéro de téléphone|portable",
            length=40,
        ),
        Field(
            "job_title",
            FieldType.TEXT,
            gettext_noop("Job title"),
            "title|position|role|job|fonction|poste|intitulé du poste",
            length=160,
        ),
        Field(
            "company",
            FieldType.NAME,
            COMPANY.label,
            COMPANY.headers,
            required=True,
            length=255,
        ),
        COMPANY_ID,
        Field(
            "channel",
            FieldType.CHOICE,
            gettext_noop("Source channel"),
            "source|original source|lead source|canal|provenance|origine",
            choices=CHANNELS,
        ),
        Field(
            "collected_on",
            FieldType.DATE,
            gettext_noop("Collected on"),
            "create date|created on|created at|date added|date de création|créé le|collecté le",
        ),
    ),
    aliases={"id": "external_id", "title": "job_title", "source": "channel"},
)

FINDINGS = {
    "left_alone": gettext_noop("This company or person must not be contacted: {reason}"),
    "unknown_segment": gettext_noop("“{value}” is not a segment in use."),
    "still_to_come": gettext_noop("“{value}” is still to come."),
}
