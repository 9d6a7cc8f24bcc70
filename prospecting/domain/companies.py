"""When two spellings, two addresses or two numbers are one company's."""

import re
from functools import cache

from stdnum import get_cc_module
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

from pipeline.domain.importing.keys import normalise_key


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a legal form adds to a name says nothing of who it is.
LEGAL_FORMS = _words(
    """sa sas sasu sarl eurl snc sci scop scic scp selarl selas sca gie ei eirl micro association asso
    ltd limited plc llp llc lp inc incorporated corp corporation co company
    gmbh mbh ag kg kgaa ohg ug gbr ev se
    bv nv cv vof sprl srl bvba asbl vzw
    spa snc sas sapa srls sl slu sau slp lda unipessoal
    ab oy oyj as asa aps a/s ks hf ehf
    sp zoo spzoo kft zrt doo dd sro pty pte pvt kk"""
)
# The second label of an address under a country that registers names one level lower.
LOWER_LEVELS = _words("ac asso co com edu gob gouv gov gv id ltd mil ne net nhs nom or org plc presse sch tm")
# Addresses that say nothing of whose they are.
SHARED_DOMAINS = _words(
    """gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com yahoo.com yahoo.fr
    yahoo.co.uk icloud.com me.com mac.com aol.com gmx.com gmx.de gmx.fr web.de proton.me protonmail.com orange.fr wanadoo.fr
    free.fr sfr.fr laposte.net bbox.fr neuf.fr numericable.fr linkedin.com facebook.com instagram.com x.com twitter.com
    youtube.com google.com wixsite.com wordpress.com blogspot.com github.io netlify.app vercel.app pagesjaunes.fr"""
)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_WORD = re.compile(r"[\W_]+")
_VAT = re.compile(r"[A-Z]{2}[A-Z0-9+*]{2,13}")


@cache
def name_key(text: str) -> str:
    """Casefolded letters and digits, without accents; kept, because the same few words come again and again."""
    return normalise_key(text)


def comparable_name(name: str) -> str:
    """The words of a name that tell it apart, by key, with one space between: "Étude & Cie SARL" is "etude cie".

    A name that is nothing but a legal form keeps it.
    """
    dotted = name.replace(".", "")  # S.A.R.L.
    words = [key for word in _WORD.split(dotted) if (key := normalise_key(word))]
    kept = [word for word in words if word not in LEGAL_FORMS]
    return " ".join(kept or words)


def registrable_domain(address: str) -> str:
    """The part of a web or e-mail address that somebody registered: "https://www.shop.acme.co.uk/x" is "acme.co.uk".

    "" when it is no address, or one that many share (a mail or a social service). Countries that register names one level
    lower are told by the usual labels (co, com, gov …): there is no list of all of them here.
    """
    text = address.strip().lower().rpartition("@")[2].partition("://")
    host = re.split(r"[/?#:\s]", text[2] or text[0], maxsplit=1)[0].strip(".")
    try:
        host = host.encode("idna").decode() if host and not host.isascii() else host
    except UnicodeError:
        return ""
    if not _HOST.fullmatch(host) or host.replace(".", "").isdigit():
        return ""
    labels = host.split(".")
    lower = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in LOWER_LEVELS
    domain = ".".join(labels[-3:] if lower else labels[-2:])
    return "" if domain in SHARED_DOMAINS else domain


def registration(number: str) -> str:
    """One spelling of a registration: the SIREN of a French number (SIREN, SIRET or VAT), else the VAT number in capitals.

    "" when it is neither: a number that no check digit confirms proves nothing.
    """
    compact = re.sub(r"[\s.\-/]", "", number).upper()
    if siren.is_valid(compact):
        return compact
    if siret.is_valid(compact):
        return compact[:9]
    if not _VAT.fullmatch(compact):
        return ""
    country = compact[:2].lower()
    if country == "fr" and siren.is_valid(compact[4:]):
        return compact[4:]
    module = get_cc_module("gr" if country == "el" else country, "vat")
    try:
        return compact if module is not None and module.validate(compact) else ""
    except ValidationError:
        return ""
