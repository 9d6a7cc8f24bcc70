"""An address that can be recognised, and not be read."""

import hashlib
from uuid import UUID


def address_digest(organisation_id: UUID, address: str) -> str:
    """The digest of an e-mail address, another one in each organisation. Case and spaces around do not matter.

    It hides the address from whoever reads the list; somebody who holds the table and guesses addresses can still try them.
    """
    return hashlib.sha256(f"{organisation_id}:{address.strip().casefold()}".encode()).hexdigest()
