"""`make bench`, or `make bench ARGS=tickets` for a part: the budgets of the pages on big data sets.

pages    5,000 units and 20,000 tenants: queries, weight and time of a page each
money    three years of charges and a bill run, on the data of `pages`
rounds   half a million rounds, made ahead: processor time for each ten thousand
tickets  10,000, 100,000 and 1,000,000 work orders: processor time beside a bare Django page of the same rows

Runs on servers of its own. Ends with 1 when a budget is broken; times by the clock are only shown, for machines differ.
"""

from __future__ import annotations

import os
import subprocess
import sys

from ops.servers import scratch

PARTS = ("pages", "money", "rounds", "tickets")


def main() -> int:
    asked = sys.argv[1:] or list(PARTS)
    if not set(asked) <= set(PARTS):
        print(__doc__)
        return 2
    if "money" in asked and "pages" not in asked:
        asked = ["pages", *asked]
    with scratch() as (_servers, environment):
        env = {**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "config.settings", "CONN_MAX_AGE": "60"}
        migrate = [sys.executable, "manage.py", "migrate", "--database=migrator", "--verbosity=0", "--no-input"]
        subprocess.run(migrate, env=env, check=True)
        # One after the other on the same data; all are heard before any is judged.
        return max([subprocess.run([sys.executable, "-m", f"bench.{part}"], env=env).returncode for part in PARTS if part in asked])


if __name__ == "__main__":
    sys.exit(main())
