"""What the test stands on (see `stands_on` in `tests.conftest`), until the factory that would have made it takes it."""

from __future__ import annotations

from typing import Any

READY: list[Any] = []
