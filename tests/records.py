"""One record of each kind, to try every step and page on. Each app's tests add theirs.

`tests/<app>/factories.py` holds
- `FACTORIES`: model label -> factory(cast, building), a fresh record in its first state;
- `ARGUMENTS`: name of an address that has arguments and is not a record's own page -> factory(cast, building) of them;
- `FORMS`: name of an address with a form -> factory(cast, building) of what somebody types there, beside what the page filled in;
- `TWICE`: name of an address with a form -> why sending it twice may do its work twice;
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
FORMS: dict[str, Callable[[Any, Any], dict[str, Any]]] = {}
TWICE: dict[str, str] = {}

for path in sorted(Path(__file__).parent.glob("*/factories.py")):
    module = import_module(f"tests.{path.parent.name}.factories")
    FACTORIES.update(getattr(module, "FACTORIES", {}))
    ARGUMENTS.update(getattr(module, "ARGUMENTS", {}))
    OPEN_TO_ALL |= getattr(module, "OPEN_TO_ALL", set())
    FORMS.update(getattr(module, "FORMS", {}))
    TWICE.update(getattr(module, "TWICE", {}))
