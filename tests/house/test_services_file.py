"""compose.yaml and the Dockerfile keep the promises of the README, read as data.

They are not built or started here: that takes a container engine.
"""

import re

import pytest
import yaml

from config.postgresql import QUIET
from tests.speech import ROOT

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "worker-gpu", "sweeper", "prepare")


def test_everything_has_a_service():
    assert set(SERVICES) == {*OURS, "postgres", "keys", "search", "redis"}


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_every_container_is_confined(service):
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ulimits"] == {"core": 0}


@pytest.mark.parametrize("name", OURS)
def test_our_containers_run_unprivileged_and_write_to_memory_only(name):
    service = SERVICES[name]
    assert service["user"] == "10001"
    assert [mount for mount in service["volumes"] if not mount.endswith(":ro")] == []
    assert [mount.split(":")[0] for mount in service["tmpfs"]] == ["/tmp"]


def test_the_index_for_searching_has_no_volume_that_a_backup_would_take():
    assert "volumes" not in SERVICES["search"]
    assert set(COMPOSE["volumes"]) == {"database", "keys"}


def test_redis_keeps_nothing():
    redis = SERVICES["redis"]
    assert redis["command"][:5] == ["redis-server", "--save", "", "--appendonly", "no"]
    assert "volumes" not in redis
    assert redis["tmpfs"] == ["/data"]


@pytest.mark.parametrize("name", ["postgres", "keys", "search"])
def test_the_databases_log_no_values(name):
    assert SERVICES[name]["command"][1:] == [f"--{key}={value}" for key, value in QUIET.items()]


def test_only_the_web_is_open_and_only_to_this_machine():
    open_to = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert open_to == {"web": ["${BIND:-127.0.0.1:8000}:8000"]}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name for name, row in SERVICES.items() if row["networks"] != ["inside"]} == {"web"}


def test_secrets_come_from_outside():
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert re.search(rf"\$\{{{name}:\?", text), name
    assert all("env_file" not in service for service in SERVICES.values())


def test_every_variable_passed_is_a_setting():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert set(SERVICES["web"]["environment"]) <= documented


@pytest.mark.parametrize("name", OURS)
def test_commands_exist(name):
    command = SERVICES[name]["command"]
    assert command[:2] == ["python", "manage.py"]
    commands = {path.stem for path in (ROOT / "config/management/commands").glob("*.py")}
    assert command[2] in commands


@pytest.mark.parametrize("name", ["web", "postgres", "redis"])
def test_who_is_waited_for_says_when_it_is_well(name):
    assert "test" in SERVICES[name]["healthcheck"]


def test_the_images_that_are_built_are_targets():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^FROM \S+ AS (\w+)$", text, re.MULTILINE))
    assert {SERVICES[name]["build"]["target"] for name in OURS} == targets
    assert text.count("USER 10001") == len(targets)
