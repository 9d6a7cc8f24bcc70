"""The key under which names meet: "GTXPro", "GTX Pro" and "gtx-pro" are one product."""

import re
import unicodedata

import pandas as pd

_ASCII_REST = re.compile(r"[^a-z0-9]+")


def normalise_key(name: str) -> str:
    """Casefolded letters and digits of a name, without accents; "" when it has none.

    Idempotent. Decomposes twice because casefolding can compose again.
    """
    if name.isascii():
        return _ASCII_REST.sub("", name.lower())
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(
        character for character in folded if character.isalnum() and not unicodedata.combining(character)
    )


def normalise_keys(names: pd.Series) -> pd.Series:
    """`normalise_key` of a column of strings, same index; each distinct name is worked out once."""
    keys = {name: normalise_key(name) for name in set(names)}
    return pd.Series([keys[name] for name in names], index=names.index, name=names.name, dtype=object)
