"""One record of each kind, to try every step and page on. Each app's tests add theirs in `tests/<app>/factories.py`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

# model label -> factory(cast, building): a fresh record in its first state.
FACTORIES: dict[str, Callable[[Any, Any], Any]] = {}

for path in sorted(Path(__file__).parent.glob("*/factories.py")):
    FACTORIES.update(import_module(f"tests.{path.parent.name}.factories").FACTORIES)
