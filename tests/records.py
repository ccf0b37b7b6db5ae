"""One record of each kind, to try every step and page on. Each app's tests add theirs.

`tests/<app>/factories.py` holds
- `FACTORIES`: model label -> factory(cast, building), a fresh record in its first state;
- `ARGUMENTS`: name of an address that has arguments and is not a record's own page -> factory(cast, building) of them;
- `OPEN_TO_ALL`: names of addresses that hold nothing of one building (or are public).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

FACTORIES: dict[str, Callable[[Any, Any], Any]] = {}
ARGUMENTS: dict[str, Callable[[Any, Any], dict[str, Any]]] = {}
OPEN_TO_ALL: set[str] = set()

for path in sorted(Path(__file__).parent.glob("*/factories.py")):
    module = import_module(f"tests.{path.parent.name}.factories")
    FACTORIES.update(getattr(module, "FACTORIES", {}))
    ARGUMENTS.update(getattr(module, "ARGUMENTS", {}))
    OPEN_TO_ALL |= getattr(module, "OPEN_TO_ALL", set())
