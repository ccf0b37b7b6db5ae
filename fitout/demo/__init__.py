"""Fit-outs of the demo tower in every place of their life. Parts add theirs by a module with `load(people, now)`."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from fitout.demo import applications, site, workers
from fitout.models import Fitout
from premises.models import Building
from staff.models import User

PARTS = (applications, workers, site)


def load(now: dt.datetime) -> None:
    """Loads the examples once; what is there stays."""
    tower = Building.objects.filter(code=applications.TOWER).first()
    if tower is None or Fitout.objects.filter(building=tower).exists():
        return
    people = {user.username: user for user in User.objects.filter(posts__isnull=False)}
    for part in PARTS:
        with transaction.atomic():
            part.load(people, now)
