"""Examples of fit-outs to look at; each module gives its part to the fit-outs that are there."""

from __future__ import annotations

import datetime as dt

from fitout.demo import workers


def load(now: dt.datetime) -> None:
    """Loads the examples once; what is there stays."""
    workers.load(now)
