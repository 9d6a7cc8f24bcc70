"""Headers that several kinds of file share, preferred first, separated by "|"."""

EXTERNAL_ID = (
    "opportunity id|deal id|record id|external id|crm id|opportunityid|id opportunité|id affaire|"
    "identifiant de l'opportunité|id de fiche d'informations|id de la fiche d'informations|hs_object_id|"
    "identifiant|numéro|n° opportunité|n° affaire|référence|reference|ref|id"
)
OWNER_NAME = (
    "deal owner|opportunity owner|owner|owner full name|sales agent|sales rep|salesperson|"
    "account executive|agent|rep|assigned to|propriétaire de la transaction|propriétaire de l'opportunité|"
    "propriétaire|commercial|vendeur|chargé d'affaires|responsable"
)
OWNER_EMAIL = (
    "deal owner email|opportunity owner email|sales rep email|e-mail du propriétaire|email propriétaire|"
    "e-mail du commercial|email commercial"
)
TEAM = "sales team|hubspot team|équipe|équipe commerciale"
AMOUNT = (
    "deal amount|opportunity amount|close value|deal value|value|total amount|total contract value|"
    "montant|montant de la transaction|montant total|montant ht|valeur|valeur de l'affaire|"
    "chiffre d'affaires|ca|prix"
)
STAGE = (
    "deal stage|stage name|sales stage|pipeline stage|étape|étape de la transaction|étape de vente|"
    "étape du pipeline|étape de l'opportunité|phase|phase de la transaction"
)
CURRENCY = (
    "currency code|currency iso code|currency of value|total amount currency|amount currency|"
    "deal currency|devise|code devise|devise de la valeur|monnaie"
)
