"""docker-compose.yml, .env.example and settings.py name the same settings."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
HALL = {"migrate", "web-1", "web-2", "worker", "bulk-worker", "beat"}
IMAGES = {"nginx", "db", "redis"}
OF_IMAGES = {
    "POSTGRES_DB",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "POSTGRES_INITDB_ARGS",
    "REDISCLI_AUTH",
    "PUBLIC_NAME",
}
SETTINGS = (ROOT / "portal" / "settings.py").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")


def read_by_settings() -> set[str]:
    return set(re.findall(r'(?:\benv(?:\.\w+)?|\bkey_ring)\(\s*"([A-Z_]+)"', SETTINGS))


def named_in_example() -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE))


def filled_in_from_env_file() -> set[str]:
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))


def test_finds_the_settings_at_all() -> None:
    assert {"SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "DATABASE_OPTIONS", "SMS_URL"} <= read_by_settings()


def test_has_the_services_of_the_house() -> None:
    assert set(SERVICES) == HALL | IMAGES


@pytest.mark.parametrize("name", sorted(HALL))
def test_sets_only_what_settings_read(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= read_by_settings()


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_sets_only_known_variables_of_images(name: str) -> None:
    assert set(SERVICES[name].get("environment", {})) <= OF_IMAGES


def test_documents_every_setting_and_no_other() -> None:
    compose_only = filled_in_from_env_file() - read_by_settings()

    assert named_in_example() == read_by_settings() | compose_only


@pytest.mark.parametrize("name", sorted(HALL | IMAGES))
def test_runs_nothing_as_root(name: str) -> None:
    service = SERVICES[name]

    assert service["user"] not in {"root", "0", "0:0"}
    assert service["cap_drop"] == ["ALL"]
    assert not service.get("privileged", False)


@pytest.mark.parametrize("name", sorted((HALL | IMAGES) - {"migrate"}))
def test_checks_the_health_of_what_stays(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "always"


def test_starts_nothing_before_the_migrations_are_done() -> None:
    assert SERVICES["migrate"]["restart"] == "no"
    for name in HALL - {"migrate"}:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_keeps_bulk_work_away_from_messages() -> None:
    assert "-Q default,sms,email " in SERVICES["worker"]["command"]
    assert "-Q bulk " in SERVICES["bulk-worker"]["command"]


def test_asks_redis_for_a_password_and_never_evicts() -> None:
    words = " ".join(SERVICES["redis"]["command"])

    assert "--requirepass" in words
    assert "--maxmemory-policy noeviction" in words


def test_publishes_only_nginx() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert SERVICES["db"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_installs_with_hashes_as_an_unprivileged_user() -> None:
    recipe = SERVICES["web-1"]["build"]["dockerfile_inline"]

    assert "--require-hashes" in recipe
    assert recipe.strip().splitlines()[-1] == "USER hall"
    copied = re.findall(r"^COPY (\S+)", recipe, re.MULTILINE)
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_finds_the_two_web_processes_behind_nginx() -> None:
    conf = (ROOT / "docs" / "deploy" / "nginx.conf").read_text(encoding="utf-8")

    assert set(re.findall(r"server (\S+):8000", conf)) == {"web-1", "web-2"}
