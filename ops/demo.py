"""`make demo`: loads the demo data into the running stack again; what is there already stays."""

import os
import subprocess
import sys

from ops import environment, places
from ops.places import ROOT, RUN
from ops.say import warn


def main() -> int:
    free = places.try_lock(RUN / "lock")
    if free is not None:
        free.close()
        warn("No stack runs in this checkout. Start it with `make run` and use a second terminal for this.")
        return 1
    command = [sys.executable, "manage.py", "demo", *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment.recall()).returncode


if __name__ == "__main__":
    sys.exit(main())
