"""The environment of the running stack: ours, with the caller's own settings on top; kept in .run/env for manage.py."""

import json
import os
from pathlib import Path

from ops.places import ENVIRONMENT, FONTS, RUN
from ops.servers import new_keys

# The settings that a person may give `make run`; the rest of the contract is in .env.example.
GIVEN = (
    *("DATABASE_URL", "MIGRATOR_DATABASE_URL", "REDIS_URL", "CACHE_URL", "SECRET_KEY", "FIELD_KEYS", "ALLOWED_HOSTS"),
    *("CSRF_TRUSTED_ORIGINS", "MEDIA_ROOT", "STATIC_ROOT", "STEWARD_STATIC", "FONTCONFIG_FILE", "DEBUG", "EMAIL_URL"),
    *("DEFAULT_FROM_EMAIL", "NOTIFY_URLS", "HTTPS", "BEHIND_PROXY", "FILE_SIZE_LIMIT", "WORKING_HOURS", "CONN_MAX_AGE"),
    *("ROUNDS_AHEAD_DAYS", "ROUNDS_CLOSE_AFTER_HOURS"),
)


def local(keys: Path, addresses: dict[str, str], port: int) -> dict[str, str]:
    """What the stack of this checkout runs with. The keys live beside the data that they encrypt."""
    media = Path(os.environ.get("MEDIA_ROOT") or RUN / "media")
    media.mkdir(parents=True, exist_ok=True, mode=0o700)
    ours = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MEDIA_ROOT": str(media),
        "STATIC_ROOT": str(RUN / "static"),
        "STEWARD_STATIC": "manifest",
        "FONTCONFIG_FILE": str(FONTS / "fonts.conf"),
        "PORT": str(port),
    }
    return ours | kept_keys(keys) | addresses | given()


def given() -> dict[str, str]:
    chosen = {name: os.environ[name] for name in GIVEN if os.environ.get(name)}
    if "DATABASE_URL" in chosen:
        chosen.setdefault("MIGRATOR_DATABASE_URL", chosen["DATABASE_URL"])
    return chosen


def kept_keys(path: Path) -> dict[str, str]:
    """The same keys at every start: made once, readable by nobody else."""
    if path.exists():
        return dict(json.loads(path.read_text(encoding="utf-8")))
    keys = new_keys()
    _write_private(path, json.dumps(keys))
    return keys


def remember(environment: dict[str, str]) -> None:
    _write_private(ENVIRONMENT, "".join(f"{name}={value}\n" for name, value in sorted(environment.items())))


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
    part.rename(path)


def recall() -> dict[str, str]:
    """What `remember` wrote; empty when no stack has been set up here."""
    try:
        lines = ENVIRONMENT.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return dict(text.split("=", 1) for text in lines if "=" in text)
