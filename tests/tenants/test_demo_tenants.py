"""The sample tenants load once and leave something to look at in every corner of the file."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.utils import timezone

from tenants import demo
from tenants.models import Breach, Circular, Correspondence, DirectoryLine, FileUse, GoodsMove, Tenant, TenantPerson


def test_the_demo_loads_once_and_fills_the_file(db: Any) -> None:
    now = timezone.now()
    for app in ("staff", "premises", "staff"):
        import_module(f"{app}.demo").load(now)
    for _again in range(2):
        demo.load(now)
    assert Tenant.objects.count() == 60 and DirectoryLine.objects.count() >= 50
    for model in (Breach, Circular, Correspondence, FileUse, GoodsMove, TenantPerson):
        assert model.objects.exists()
