"""System checks: what must be true of a deployment."""

from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def separate_owner(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """The application must not own its tables, or it could rewrite the history."""
    if settings.DATABASES["default"].get("USER") != settings.DATABASES["migrator"].get("USER"):
        return []
    hint = "Set MIGRATOR_DATABASE_URL to the owner's address and DATABASE_URL to the application's."
    return [Warning("The application connects as the owner of its tables.", hint=hint, id="core.W001")]


@register(Tags.security, deploy=True)
def field_keys(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """Identity numbers need a key of their own."""
    if settings.FIELD_KEYS:
        return []
    return [Warning("FIELD_KEYS is empty.", hint="Set FIELD_KEYS to `id:base64key`, 32 bytes.", id="core.W002")]
