"""The environment: the one place that declares every variable the product reads, with its type and meaning.

docs/operations.md and docker-compose.yml are checked against this list by tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent


def variable(default: Any, meaning: str, *, required: bool = False) -> Any:
    """Declare a variable; `required` ones must be set in production."""
    extra = {"meaning": meaning, "required": required}
    if isinstance(default, list):
        return field(default_factory=lambda: list(default), metadata=extra)
    return field(default=default, metadata=extra)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The variables; a field `some_name` is read from SOME_NAME."""

    secret_key: str = variable("", "Signs sessions and links; 50 characters or more.", required=True)
    allowed_hosts: list[str] = variable([], "Host names served, separated by commas.", required=True)
    public_url: str = variable("", "Address people use; links in e-mails begin with it.", required=True)
    csrf_trusted_origins: list[str] = variable([], "Origins beside the host itself that may post forms.")
    database_url: str = variable("", "PostgreSQL as the role `boussole_app`.", required=True)
    migrate_database_url: str = variable(
        "",
        "PostgreSQL as the role `boussole_migrate`. For `migrate` only: never give it to web, worker or beat.",
    )
    redis_url: str = variable(
        "", "Valkey or Redis: queue in its database, cache in the next one.", required=True
    )
    db_conn_max_age: int = variable(60, "Seconds a database connection is kept; 0 behind PgBouncer.")
    data_dir: Path = variable(BASE_DIR / ".boussole", "Folder of the embedded servers, logs and uploads.")
    upload_dir: str = variable(
        "", "Folder of uploaded files, shared by web and worker; `DATA_DIR/uploads` when empty."
    )
    host: str = variable("127.0.0.1", "Address the web server listens on.")
    port: int = variable(8000, "Port the web server listens on.")
    web_workers: int = variable(2, "Web server processes.")
    web_threads: int = variable(4, "Threads of each web server process.")
    worker_concurrency: int = variable(2, "Background jobs run at the same time.")
    behind_proxy: bool = variable(
        False, "Trust `X-Forwarded-Proto` and one `X-Forwarded-For` of a proxy in front."
    )
    hsts_seconds: int = variable(31_536_000, "How long browsers must insist on https.")
    session_days: int = variable(14, "Days until a person must sign in again.")
    email_host: str = variable(
        "", "SMTP server. Without one, a demo writes mails into `DATA_DIR/mail`.", required=True
    )
    email_port: int = variable(587, "SMTP port.")
    email_user: str = variable("", "SMTP user.")
    email_password: str = variable("", "SMTP password.")
    email_tls: bool = variable(True, "STARTTLS with the SMTP server.")
    email_from: str = variable("Boussole <boussole@localhost>", "Sender of the mails.")
    log_level: str = variable("INFO", "DEBUG, INFO, WARNING or ERROR.")
    log_format: str = variable("", "`json` or `console`; json in production, console elsewhere.")
    debug: bool = variable(False, "Django's debug pages. Refused in production.")

    @property
    def upload_folder(self) -> Path:
        return Path(self.upload_dir) if self.upload_dir else self.data_dir / "uploads"


def read() -> Environment:
    """Read the process's environment.

    Errors: environs.EnvError naming the variable whose value is not of its type.
    """
    source = Env()
    parsers: dict[Any, Callable[..., Any]] = {
        str: source.str,
        bool: source.bool,
        int: source.int,
        Path: source.path,
        list[str]: source.list,
    }
    hints = get_type_hints(Environment)
    blank = Environment()
    values = {
        entry.name: parsers[hints[entry.name]](entry.name.upper(), getattr(blank, entry.name))
        for entry in fields(Environment)
    }
    return Environment(**values)


def table() -> str:
    """The variables as a Markdown table, as docs/operations.md holds it."""
    hints = get_type_hints(Environment)
    blank = Environment()
    kinds = {str: "text", bool: "yes / no", int: "number", Path: "folder", list[str]: "list"}
    lines = ["| variable | kind | default | meaning |", "|---|---|---|---|"]
    for entry in fields(Environment):
        default = getattr(blank, entry.name)
        if isinstance(default, Path):
            shown = default.relative_to(BASE_DIR).as_posix()
        elif isinstance(default, bool):
            shown = "yes" if default else "no"
        else:
            shown = str(default or "")
        shown = "**required**" if entry.metadata["required"] else f"`{shown}`" if shown else ""
        kind = kinds[hints[entry.name]]
        lines.append(f"| `{entry.name.upper()}` | {kind} | {shown} | {entry.metadata['meaning']} |")
    return "\n".join(lines) + "\n"


def database(url: str, *, conn_max_age: int) -> dict[str, Any]:
    """Turn postgresql://user:password@host:port/name?option=value into Django's settings.

    `?host=/folder` names a Unix socket's folder. Errors: ValueError for another kind of address.
    """
    parts = urlsplit(url)
    if url and parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"not a PostgreSQL address: {parts.scheme}://…")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "boussole",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": conn_max_age,
        "CONN_HEALTH_CHECKS": True,
        # A transaction pooler gives the next statement another session.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        # The tenant middleware opens the transaction, together with the organisation.
        "ATOMIC_REQUESTS": False,
    }


def redis_database(url: str, steps: int) -> str:
    """The same server's database `steps` further on: redis://host:6379/0 + 1 is redis://host:6379/1."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = dict(parse_qsl(parts.query))
        query["db"] = str(int(query.get("db", "0")) + steps)
        # urlunsplit drops the empty host of a scheme it does not know.
        return f"unix://{parts.path}?{urlencode(query)}"
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + steps}"))


def celery_broker(url: str) -> str:
    """The address as Celery spells it: unix:///a.sock?db=0 is redis+socket:///a.sock?virtual_host=0."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    query = dict(parse_qsl(parts.query))
    return f"redis+socket://{parts.path}?{urlencode({'virtual_host': query.get('db', '0')})}"
