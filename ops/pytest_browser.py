"""Chromium for the browser tests, and the rule that a page may not complain in its console."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# Playwright's event loop runs in the test's own thread, which Django takes for an async context.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed here (apt-get install chromium)")
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def browser_complaints() -> list[str]:
    """Errors of every page of this test: console errors, uncaught exceptions, violations of the security policy.

    A test that provokes one on purpose removes it from the list.
    """
    return []


@pytest.fixture
def new_context(new_context: Callable[..., Any], browser_complaints: list[str]) -> Iterator[Callable[..., Any]]:
    """pytest-playwright's factory of browser contexts; what their pages complain about fails the test at its end."""

    def watched(**options: Any) -> Any:
        context = new_context(**options)
        context.on("console", lambda message: _hear(message, browser_complaints))
        context.on("weberror", lambda error: browser_complaints.append(f"uncaught: {error.error}"))
        return context

    yield watched
    assert not browser_complaints, "the browser complained:\n" + "\n".join(browser_complaints)


def _hear(message: Any, complaints: list[str]) -> None:
    if message.type != "error":
        return
    url = message.location.get("url", "")
    if not _is_expected_refusal(message.text, url):
        complaints.append(f"{url}: {message.text}")


def _is_expected_refusal(text: str, url: str) -> bool:
    """Chromium logs every 4xx answer; a page may well answer 403, 404 or 422, a static file may not."""
    return text.startswith("Failed to load resource") and " status of 4" in text and "/static/" not in url
