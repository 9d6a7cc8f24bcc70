"""When two spellings are one name."""

import unicodedata


def normalise_key(text: str) -> str:
    """Return the key under which a name is unique: casefolded letters and digits, without accents.

    "GTXPro", "GTX Pro" and "gtx-pro" share one key; "" when nothing is left. Idempotent. Decomposes twice
    because casefolding can compose again.
    """
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(filter(_is_kept, folded))


def _is_kept(character: str) -> bool:
    return character.isalnum() and not unicodedata.combining(character)
