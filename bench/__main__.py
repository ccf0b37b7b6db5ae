"""`python -m bench`: the budgets of the pages on a big data set, in query counts, weight and time.

Starts servers of its own, loads 5,000 units and 20,000 tenants, then three years of charges and half a million rounds, and prints one line
a page. Ends with 1 when a budget of queries or weight is broken; times are shown, and judged by the reader, for machines differ.
"""

from __future__ import annotations

import os
import subprocess
import sys

from ops.servers import scratch


def main() -> int:
    with scratch() as (_servers, environment):
        env = {**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "config.settings", "CONN_MAX_AGE": "60"}
        migrate = [sys.executable, "manage.py", "migrate", "--database=migrator", "--verbosity=0", "--no-input"]
        subprocess.run(migrate, env=env, check=True)
        # One after the other on the same data; both are heard before either is judged.
        return max([subprocess.run([sys.executable, "-m", f"bench.{part}"], env=env).returncode for part in ("pages", "money", "rounds")])


if __name__ == "__main__":
    sys.exit(main())
