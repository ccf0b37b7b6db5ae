"""The house rules that a linter can't see: who may know whom, and what every model and module must be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from core.models import Recorded

ROOT = Path(__file__).resolve().parent.parent
LAYERS = [
    {"config"},
    {"frontdesk"},
    {"moveout"},
    {"fitout", "repairs", "cleaning", "gasops", "relations", "events"},
    {"complaints", "billing"},
    {"tenants"},
    {"rounds"},
    {"premises"},
    {"staff"},
    {"core"},
]
HEIGHT = {app: len(LAYERS) - number for number, layer in enumerate(LAYERS) for app in layer}
OURS = [app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()]
# `kinds`: a registry that an upper app fills, as those of core; `signals`: what an upper app receives.
PUBLIC = {"models", "access", "services", "kinds", "signals"}
BANNED_MODULES = {"utils", "helpers", "managers", "mixins", "constants", "exceptions"}
# Written once by a person's browser or by the machinery itself; nothing that a manager would ask about.
NOT_RECORDED = {
    "core.Counter",
    "core.FileView",
    "core.Submission",
    "core.Draft",
    "core.Notice",
    "core.Outbox",
    "core.DeadLetter",
    "core.Job",
    "core.SavedView",
    "core.UserSetting",
    "core.SearchEntry",
    "core.CalendarDay",
    "core.PaperKind",
    "core.KeptPaper",
    "core.PrintLog",
    "core.HistoryEntry",
    "staff.LoginAttempt",
    # How far the machinery got, and which entries of phones were taken in.
    "rounds.PlanMark",
    "rounds.StopEntry",
    # Insert-only by the database, so their rows are their own history.
    "billing.Account",
    "billing.Entry",
    "billing.Posting",
    "billing.Charge",
    "billing.Allocation",
    "billing.DepositMove",
    "billing.Credit",
    "billing.ReadingCharge",
    "billing.CashCountLine",
}


def sources() -> Iterator[tuple[str, Path, ast.Module]]:
    for app in [*OURS, "config"]:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield app, path, ast.parse(path.read_text(encoding="utf8"))


def imports(tree: ast.Module) -> Iterator[tuple[str, list[str], int]]:
    """(module, names, level) of each import; `import a.b` gives ("a.b", [], 0)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, [], 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", [alias.name for alias in node.names], node.level


def test_every_app_has_a_place_in_the_stack() -> None:
    assert set(OURS) <= set(HEIGHT)


def test_no_app_imports_upwards_or_sideways() -> None:
    wrong = []
    for app, path, tree in sources():
        for module, _names, _level in imports(tree):
            other = module.split(".")[0]
            if other in HEIGHT and other != app and app != "config" and HEIGHT[other] >= HEIGHT[app]:
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert wrong == []


def test_apps_use_only_the_public_modules_of_each_other() -> None:
    wrong = []
    for app, path, tree in sources():
        if app in {"config", "core"}:
            continue
        for module, names, _level in imports(tree):
            parts = module.split(".")
            if parts[0] not in OURS or parts[0] in {app, "core"}:
                continue
            reached = {parts[1]} if len(parts) > 1 else set(names)
            if not reached <= PUBLIC:
                wrong.append(f"{path.relative_to(ROOT)} reaches into {module} {names}")
    assert wrong == []


def test_foreign_keys_point_down() -> None:
    wrong = []
    for model in apps.get_models():
        app = model._meta.app_label
        if app not in OURS:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not getattr(field, "concrete", False) or target is None or target == "self":
                continue
            other = target._meta.app_label
            is_user = target._meta.label == settings.AUTH_USER_MODEL
            if other in OURS and other != app and not is_user and HEIGHT[other] >= HEIGHT[app]:
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert wrong == []


def test_nothing_but_the_flow_assigns_a_state() -> None:
    wrong = []
    for _app, path, tree in sources():
        if path == ROOT / "core" / "flow.py":
            continue
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else []
            names = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
            if any(isinstance(name, ast.Attribute) and name.attr == "state" for name in names):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    allowed = {"core/papers.py", "core/jobs.py"}
    assert [place for place in wrong if place.split(":")[0] not in allowed] == []


def test_every_model_is_in_the_history_or_excused() -> None:
    missing = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OURS and not issubclass(model, Recorded) and model._meta.label not in NOT_RECORDED
    ]
    assert missing == []


def test_there_are_no_catch_all_modules() -> None:
    assert [str(path) for _app, path, _tree in sources() if path.stem in BANNED_MODULES] == []


def test_nothing_is_imported_by_star() -> None:
    starred = [str(path) for _app, path, tree in sources() for _module, names, _level in imports(tree) if "*" in names]
    assert starred == []


def test_ops_stands_alone() -> None:
    users = [str(path) for _app, path, tree in sources() for module, _n, _l in imports(tree) if module.split(".")[0] == "ops"]
    assert users == []


@pytest.mark.parametrize("app", OURS)
def test_user_facing_times_come_from_the_caller(app: str) -> None:
    """Rules take `at`; only pages, tasks, commands and demo data ask the clock."""
    wrong = []
    for name in ("flow", "services", "models"):
        for path in [ROOT / app / f"{name}.py", *(ROOT / app / name).glob("*.py")]:
            if path.exists() and app != "core" and "timezone.now()" in path.read_text(encoding="utf8"):
                wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []
