"""docker-compose.yml and the Dockerfile: no engine runs them here, so they are held against what they must match."""

from __future__ import annotations

import json
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from config.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ("web", "worker", "beat", "migrate")
# A demo's only: production has neither an embedded server nor debug pages.
OF_A_DEMO = {"DATA_DIR", "DEBUG"}
DECLARED = {entry.name.upper() for entry in fields(Environment)}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_the_compose_file_follows_the_official_schema(compose: dict[str, Any]) -> None:
    schema = files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json")

    jsonschema.validate(compose, json.loads(schema.read_text()))


@pytest.mark.parametrize("service", HOUSE)
def test_a_services_variables_are_those_of_the_settings(compose: dict[str, Any], service: str) -> None:
    given = set(compose["services"][service]["environment"]) - {"DJANGO_SETTINGS_MODULE"}

    owner = {"MIGRATE_DATABASE_URL"}
    assert given == DECLARED - OF_A_DEMO - (owner if service != "migrate" else set())


@pytest.mark.parametrize("service", HOUSE)
def test_a_service_of_the_house_runs_with_production_settings_and_few_rights(
    compose: dict[str, Any], service: str
) -> None:
    definition = compose["services"][service]

    assert definition["environment"]["DJANGO_SETTINGS_MODULE"] == "config.settings.production"
    assert definition["read_only"] is True
    assert definition["cap_drop"] == ["ALL"]


def test_only_the_migrations_know_the_owner_of_the_tables(compose: dict[str, Any]) -> None:
    with_owner = {
        name
        for name, service in compose["services"].items()
        if "boussole_migrate" in str(service.get("environment"))
    }

    assert with_owner == {"migrate"}


def test_every_lasting_service_says_whether_it_is_well(compose: dict[str, Any]) -> None:
    # The image's own check is the web server's.
    silent = {name for name, service in compose["services"].items() if "healthcheck" not in service}

    assert silent == {"web", "mail", "proxy"}
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_the_files_that_the_database_reads_at_its_first_start_exist(compose: dict[str, Any]) -> None:
    mounted = [volume.split(":")[0] for volume in compose["services"]["postgres"]["volumes"]]

    sources = [ROOT / source for source in mounted if source.startswith("./")]
    assert len(sources) == 2
    assert all(source.is_file() for source in sources)


def test_what_must_be_chosen_is_listed_in_the_example(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    asked = {part.split(":?")[0] for part in text.split("${")[1:] if ":?" in part.split("}")[0]}

    example = (ROOT / "docs" / "compose.env").read_text().splitlines()
    assert asked == {line.split("=")[0] for line in example if "=" in line}


def test_the_image_does_not_run_as_root() -> None:
    instructions = (ROOT / "Dockerfile").read_text().splitlines()

    users = [line for line in instructions if line.startswith("USER ")]
    assert users == ["USER boussole"]
