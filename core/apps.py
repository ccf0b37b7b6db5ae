from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Shared parts")

    def ready(self) -> None:
        from core import bulk, checks, export_jobs, search  # noqa: F401
        from core.database import after_migrate

        # Once, after the last app: every table exists by then.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(after_migrate, sender=last, dispatch_uid="core.after_migrate")
        autodiscover_modules("flow", "panels", "printing", "receivers")
        search.watch()
