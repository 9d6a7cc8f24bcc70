"""The typed environment, and the documents that must say the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from environs import EnvError

from config import environment

ROOT = Path(__file__).resolve().parents[2]


def test_a_variable_is_read_as_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_WORKERS", "7")
    monkeypatch.setenv("BEHIND_PROXY", "yes")
    monkeypatch.setenv("ALLOWED_HOSTS", "one.example,two.example")
    monkeypatch.setenv("DATA_DIR", "/some/folder")

    read = environment.read()

    assert (read.web_workers, read.behind_proxy) == (7, True)
    assert read.allowed_hosts == ["one.example", "two.example"]
    assert read.data_dir == Path("/some/folder")


def test_uploads_lie_in_the_data_folder_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "/some/folder")
    monkeypatch.delenv("UPLOAD_DIR", raising=False)
    assert environment.read().upload_folder == Path("/some/folder/uploads")

    monkeypatch.setenv("UPLOAD_DIR", "/elsewhere")
    assert environment.read().upload_folder == Path("/elsewhere")


def test_a_value_of_the_wrong_type_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eight thousand")

    with pytest.raises(EnvError, match="PORT"):
        environment.read()


def test_operations_documents_every_variable() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    shown = text.split("<!-- variables -->\n")[1].split("<!-- end of variables -->")[0]

    assert shown == environment.table()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param(
            "postgresql://boussole_app@/boussole?host=/run/some-sockets",
            {
                "NAME": "boussole",
                "USER": "boussole_app",
                "PASSWORD": "",
                "HOST": "/run/some-sockets",
                "PORT": "",
            },
            id="a socket's folder",
        ),
        pytest.param(
            "postgresql://app:p%40ss@db.example:6432/sales?sslmode=require",
            {"NAME": "sales", "USER": "app", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": "6432"},
            id="a server, with an escaped password",
        ),
    ],
)
def test_a_database_address_becomes_djangos_settings(url: str, expected: dict[str, str]) -> None:
    settings = environment.database(url, conn_max_age=60)

    assert {name: settings[name] for name in expected} == expected


def test_a_database_addresss_other_options_go_to_the_driver() -> None:
    settings = environment.database("postgresql://app@db.example/sales?sslmode=require", conn_max_age=0)

    assert settings["OPTIONS"] == {"sslmode": "require"}


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="not a PostgreSQL address"):
        environment.database("sqlite:///boussole.db", conn_max_age=0)


def test_every_database_connection_is_safe_behind_a_transaction_pooler() -> None:
    settings = environment.database("postgresql://app@db.example/sales", conn_max_age=60)

    assert settings["DISABLE_SERVER_SIDE_CURSORS"]
    assert settings["CONN_HEALTH_CHECKS"]
    assert not settings["ATOMIC_REQUESTS"]


@pytest.mark.parametrize(
    ("url", "next_one"),
    [
        ("redis://cache.example:6379/0", "redis://cache.example:6379/1"),
        ("redis://cache.example:6379", "redis://cache.example:6379/1"),
        ("rediss://:secret@cache.example:6379/4", "rediss://:secret@cache.example:6379/5"),
        ("unix:///run/valkey.sock?db=2", "unix:///run/valkey.sock?db=3"),
        ("unix:///run/valkey.sock", "unix:///run/valkey.sock?db=1"),
    ],
)
def test_the_cache_lives_in_the_database_after_the_queues(url: str, next_one: str) -> None:
    assert environment.redis_database(url, 1) == next_one


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("redis://cache.example:6379/0", "redis://cache.example:6379/0"),
        ("unix:///run/valkey.sock?db=2", "redis+socket:///run/valkey.sock?virtual_host=2"),
    ],
)
def test_a_queue_address_is_spelled_as_celery_spells_it(url: str, broker: str) -> None:
    assert environment.celery_broker(url) == broker
