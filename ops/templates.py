"""Migrated databases of earlier test runs, kept in .run/templates: migrating from nothing takes many seconds, copying none.

A kept cluster is used only while every migration, and everything a migration imports, is the same to the byte. `migrate` still
runs on it, for what models say after it (grants, triggers), unless the whole product is the same.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from ops.places import ROOT, RUN
from ops.servers import Servers

KEPT = RUN / "templates"
HOW_MANY = 3
NOT_PRODUCT = {"tests", "ops", "bench", "docs", "node_modules", "docker", "static", "templates", "locale"}
IMPORT = re.compile(r"^\s*(?:from|import)\s+([a-z_]+(?:\.\w+)*)", flags=re.M)


def find() -> Path | None:
    """The kept cluster that fits the migrations of this tree."""
    folder = KEPT / _migrations_digest()
    return folder if (folder / "pg" / "PG_VERSION").exists() else None


def is_exact(folder: Path) -> bool:
    """Whether nothing of the product has changed since this cluster was kept."""
    try:
        return (folder / "product").read_text(encoding="utf-8") == _digest(_product())
    except OSError:
        return False


def keep(servers: Servers) -> None:
    """Copies the migrated cluster aside. It has to stand still meanwhile, so it is stopped and started."""
    folder = KEPT / _migrations_digest()
    part = KEPT / f"{folder.name}.{servers.home.name}.part"
    part.mkdir(parents=True, mode=0o700)
    servers.postgres.stop()
    copy(servers.postgres.folder, part / "pg")
    servers.postgres.start()
    (part / "product").write_text(_digest(_product()), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        part.rename(folder)
    except OSError:
        # Another run was quicker.
        shutil.rmtree(part, ignore_errors=True)
    _prune()


def copy(source: Path, target: Path) -> None:
    """With its owners and rights."""
    subprocess.run(["cp", "-a", source, target], check=True)


def _prune() -> None:
    folders = sorted((folder for folder in KEPT.iterdir() if folder.suffix != ".part"), key=lambda folder: folder.stat().st_mtime)
    for folder in folders[:-HOW_MANY]:
        shutil.rmtree(folder, ignore_errors=True)


def _product() -> list[Path]:
    tops = [folder for folder in ROOT.iterdir() if folder.is_dir() and folder.name not in NOT_PRODUCT and not folder.name.startswith(".")]
    return sorted(path for folder in tops for path in folder.rglob("*") if path.suffix in {".py", ".sql", ".json"})


def _migrations_digest() -> str:
    """Of the migrations, the modules of the product that they import, and the packages' versions."""
    migrations = [path for path in _product() if path.parent.name == "migrations"]
    imported = {module for path in migrations if path.suffix == ".py" for module in IMPORT.findall(path.read_text(encoding="utf-8"))}
    return _digest([*migrations, *_modules(imported), ROOT / "requirements" / "dev.txt", ROOT / "ops" / "roles.sql"])[:24]


def _modules(names: Iterable[str]) -> list[Path]:
    places = [ROOT / name.replace(".", "/") for name in names]
    files = {path.with_suffix(".py") for path in places} | {path / "__init__.py" for path in places}
    return sorted(path for path in files if path.is_file())


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
