"""One's own login. It belongs to no organisation, so there is no audit row."""

from tenants.models import User


def change_preferences(*, user: User, name: str, language: str) -> None:
    """Set the name and the language that every organisation shows this person."""
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
