"""`python -m ops.throwaway COMMAND ...`: runs a command against throw-away servers with the product's empty tables."""

import os
import signal
import subprocess
import sys

from ops.places import ROOT
from ops.say import Failed, warn
from ops.servers import scratch


def migrated(environment: dict[str, str]) -> dict[str, str]:
    """The whole environment for a command, once the tables are there."""
    whole = os.environ | environment
    command = [sys.executable, "manage.py", "migrate", "--database=migrator", "--verbosity=0", "--no-input"]
    if subprocess.run(command, cwd=ROOT, env=whole).returncode != 0:
        raise Failed("migrate failed on the throw-away database.")
    return whole


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    try:
        with scratch("steward") as (_servers, environment):
            return subprocess.run(sys.argv[1:], cwd=ROOT, env=migrated(environment)).returncode
    except Failed as problem:
        warn(str(problem))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
