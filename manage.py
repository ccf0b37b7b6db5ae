#!/usr/bin/env python
"""Django's commands. Without DATABASE_URL they speak to the stack that `make run` set up in this checkout."""

import os
import sys
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parent / ".run" / "env"


def use_local_stack() -> None:
    """Reads .run/env; what is already in the environment wins."""
    if "DATABASE_URL" in os.environ or not ENVIRONMENT.is_file():
        return
    for line in ENVIRONMENT.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name, value)


def main() -> None:
    use_local_stack()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
