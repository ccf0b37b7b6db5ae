"""Reads the settings that a deployment gives by environment variables; nothing else decides them."""

import os
from datetime import time
from urllib.parse import parse_qs, unquote, urlsplit


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes or on."""
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def hours(name: str, default: str) -> tuple[time, time]:
    """The opening and the closing time of `09:00-18:00`. Raises ValueError when it doesn't open before it closes."""
    text = os.environ.get(name) or default
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ValueError(f"{name} is {text!r}; write it as 09:00-18:00.") from None
    if not opens < closes:
        raise ValueError(f"{name} is {text!r}; it must open before it closes.")
    return opens, closes


def database(url: str) -> dict[str, object]:
    """Django's settings for a `postgresql://user:password@host:port/name?host=/socket/folder` address."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or query.get("port", [""])[0]),
        "CONN_MAX_AGE": int(os.environ.get("CONN_MAX_AGE", "60")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
    }


def broker(url: str) -> str:
    """The same server in Celery's spelling: a socket is `redis+socket://`, not `unix://`."""
    if not url.startswith("unix://"):
        return url
    parts = urlsplit(url)
    return f"redis+socket://{parts.path}?virtual_host={parse_qs(parts.query).get('db', ['0'])[0]}"


def cache(url: str) -> str:
    """Database 1 of the same server unless CACHE_URL names another one."""
    if os.environ.get("CACHE_URL"):
        return os.environ["CACHE_URL"]
    return f"{url.split('?')[0]}?db=1" if url.startswith("unix://") else f"{url.rsplit('/', 1)[0]}/1"


def mail(url: str) -> dict[str, object]:
    """Host, port, user, password and TLS of an `smtp+tls://user:password@host:587` address."""
    parts = urlsplit(url)
    tls = parts.scheme.endswith("+tls")
    return {
        "host": parts.hostname or "localhost",
        "port": parts.port or (587 if tls else 25),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": tls,
    }
