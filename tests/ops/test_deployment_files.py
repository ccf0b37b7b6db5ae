"""The files of a real deployment agree with the settings and with each other."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops.environment import GIVEN
from ops.lint import APPS, FOREIGN
from ops.places import ROOT

READ = re.compile(r"(?:environ\.get\(|environ\[|flag\(|words\(|hours\(|needed\()\s*\"([A-Z_]+)\"")


def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def environment_names() -> set[str]:
    """Every name that the settings read."""
    text = "".join((ROOT / "config" / name).read_text(encoding="utf-8") for name in ("settings.py", "environment.py"))
    return set(READ.findall(text))


def test_every_setting_of_the_environment_is_explained_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    explained = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, flags=re.M))
    assert environment_names() - explained == set()


def test_make_run_passes_every_setting_on() -> None:
    assert environment_names() - set(GIVEN) - {"NODE_MODULES"} == set()


@pytest.mark.parametrize("service", ["web", "worker", "beat", "migrate"])
def test_the_product_gets_only_settings_that_it_reads(service: str) -> None:
    given = set(compose()["services"][service]["environment"])
    assert given - environment_names() == set()
    assert {"DATABASE_URL", "REDIS_URL", "CACHE_URL", "SECRET_KEY", "FIELD_KEYS", "ALLOWED_HOSTS"} <= given


def test_only_the_migration_speaks_as_the_owner_of_the_tables() -> None:
    services = compose()["services"]
    with_owner = {name for name, service in services.items() if "MIGRATOR_DATABASE_URL" in (service.get("environment") or {})}
    assert with_owner == {"migrate"}
    assert services["migrate"]["command"] == ["python", "manage.py", "migrate", "--database=migrator", "--no-input"]


def test_two_web_servers_stand_behind_the_proxy_and_there_is_one_scheduler() -> None:
    services = compose()["services"]
    assert services["web"]["deploy"]["replicas"] == 2
    assert "deploy" not in services["beat"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert "dynamic a web 8000" in (ROOT / "docker" / "Caddyfile").read_text(encoding="utf-8")


def test_the_queue_survives_a_restart_and_never_evicts_while_the_cache_may() -> None:
    services = compose()["services"]
    assert "noeviction" in services["queue"]["command"]
    assert services["queue"]["command"][1:3] == ["--appendonly", "yes"]
    assert "allkeys-lru" in services["cache"]["command"]


def test_every_long_running_service_has_a_health_check_and_waits_for_what_it_needs() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if "healthcheck" not in service] == ["migrate"]
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_every_variable_of_the_compose_file_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    offered = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), flags=re.M))
    assert asked == offered


def test_the_roles_of_the_compose_file_are_the_ones_of_make_run() -> None:
    mounts = compose()["services"]["db"]["volumes"]
    assert "./ops/roles.sql:/docker-entrypoint-initdb.d/10-roles.sql:ro" in mounts


def test_the_image_contains_every_app() -> None:
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert [app for app in ["config", "locale", "templates", "static", *APPS] if f"!{app}" not in ignore] == []


def test_the_image_does_not_run_as_root() -> None:
    assert re.search(r"^USER steward$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.M)


@pytest.mark.parametrize(("wanted", "lock"), [("base.in", "prod.txt"), ("dev.in", "dev.txt"), ("uv.in", "uv.txt"), ("node.in", "node.txt")])
def test_every_pin_is_in_its_lock_with_a_hash(wanted: str, lock: str) -> None:
    folder = ROOT / "requirements"
    pins = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)$", (folder / wanted).read_text(encoding="utf-8"), flags=re.M)
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)[^\n]*\\\n +--hash=sha256:", (folder / lock).read_text(encoding="utf-8"), flags=re.M))
    assert pins
    assert [name for name, version in pins if locked.get(name.lower().replace("_", "-").replace(".", "-")) != version] == []


def test_front_end_packages_are_pinned_and_their_lock_names_no_server() -> None:
    pins = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in pins} == pins
    assert [name for name, package in lock.items() if name and ("resolved" in package or "integrity" not in package)] == []


@pytest.mark.parametrize(
    "line",
    ["--extra-ind" + "ex-url x", "https:/" + "/mirror.example/simple/", '"res' + 'olved": "x"', "cd /wo" + "rk/main", "/ro" + "ot/.pyenv"],
)
def test_names_of_one_machine_are_found(line: str) -> None:
    assert any(pattern.search(line) for pattern in FOREIGN.values())


@pytest.mark.parametrize("line", ["docs/work/plan", "https://example.org/a/packages-list", "GET /homepage/", "resolved = True"])
def test_innocent_lines_are_left_alone(line: str) -> None:
    assert not any(pattern.search(line) for pattern in FOREIGN.values())


def test_the_ci_script_finds_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    awk = re.search(r"awk '(.*)' README\.md", script)
    assert awk is not None
    found = subprocess.run(["awk", awk.group(1), "README.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "make test"
    assert Path(ROOT / ".ci" / "run").stat().st_mode & 0o100
