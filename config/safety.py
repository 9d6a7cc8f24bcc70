"""What forbids serving: settings that would be unsafe in production."""

from dataclasses import fields

from config.environment import Environment

SHORTEST_SECRET = 50
UNSAFE_SECRETS = ("demo-", "test-", "django-insecure-", "change")


def faults(given: Environment) -> list[str]:
    """What forbids starting, in words an operator can act on; empty when nothing does."""
    found = [
        f"{entry.name.upper()} is not set"
        for entry in fields(Environment)
        if entry.metadata["required"] and not getattr(given, entry.name)
    ]
    secret = given.secret_key
    if secret and (len(secret) < SHORTEST_SECRET or len(set(secret)) < 10):
        found.append(f"SECRET_KEY is too short or too regular: {SHORTEST_SECRET} random characters or more")
    if secret.lower().startswith(UNSAFE_SECRETS):
        found.append("SECRET_KEY is a demo or default one")
    if given.debug:
        found.append("DEBUG is on")
    if "*" in given.allowed_hosts:
        found.append("ALLOWED_HOSTS accepts any host")
    if given.public_url and not given.public_url.startswith("https://"):
        found.append("PUBLIC_URL is not https")
    if given.log_format not in ("", "json", "console"):
        found.append("LOG_FORMAT is neither json nor console")
    if given.hsts_seconds <= 0:
        found.append("HSTS_SECONDS is not above 0")
    return found
