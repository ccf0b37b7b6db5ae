"""What the product does to PostgreSQL beyond tables: the three roles' rights and the history triggers.

Runs after every migrate as the owner, so a new table needs no migration line for either.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


class Router:
    """Reads and writes go as the application's role; only migrate speaks as the owner."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *rows: models.Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return True


def after_migrate(using: str, **kwargs: Any) -> None:
    """Grants the roles what they need and puts the history trigger on every recorded table."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        cursor.execute("SELECT to_regclass('audit.history')")
        if cursor.fetchone() == (None,):
            return
        for model in recorded_models():
            if model._meta.db_table in tables:
                _watch(cursor, model)
        _grant(cursor, _roles(cursor))


def recorded_models() -> list[type[models.Model]]:
    """Every concrete model that asks for history."""
    from core.models import Recorded

    return [model for model in apps.get_models() if issubclass(model, Recorded) and model._meta.managed]


def _watch(cursor: Any, model: type[Any]) -> None:
    table, hidden = model._meta.db_table, ",".join(f"'{name}'" for name in model.HISTORY_HIDDEN)
    cursor.execute(f'DROP TRIGGER IF EXISTS history_keeper ON "{table}"')
    cursor.execute(
        f'CREATE TRIGGER history_keeper AFTER INSERT OR UPDATE OR DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION audit.keep({hidden})'
    )


def _roles(cursor: Any) -> set[str]:
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [[settings.APP_ROLE, settings.AUDITOR_ROLE]])
    return {name for (name,) in cursor.fetchall()}


def _grant(cursor: Any, roles: set[str]) -> None:
    for role in roles:
        cursor.execute(f"GRANT USAGE ON SCHEMA public, audit TO {role}")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public, audit TO {role}")
    if settings.APP_ROLE in roles:
        cursor.execute(f"GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {settings.APP_ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {settings.APP_ROLE}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON history, django_migrations FROM {settings.APP_ROLE}")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION audit.note(text, bigint, text) TO {settings.APP_ROLE}")


def lock(*rows: models.Model) -> list[Any]:
    """Fresh copies of the rows, locked in one order for the rest of the transaction (parents first, then by key).

    What a model names as `STEADY` (rules of the house and places) is carried over where it was read already.
    Raises TransactionManagementError outside `atomic`.
    """
    fresh: dict[models.Model, Any] = {}
    for row in sorted(rows, key=lambda row: (row._meta.db_table, row.pk)):
        manager = type(row)._base_manager.using(router.db_for_write(type(row)))
        fresh[row] = manager.select_for_update(of=("self",)).get(pk=row.pk)
        _carry_over(row, fresh[row])
    return [fresh[row] for row in rows]


def _carry_over(row: models.Model, fresh: Any) -> None:
    for name in getattr(row, "STEADY", ()):
        known = row._state.fields_cache.get(name)
        if known is not None and known.pk == getattr(fresh, f"{name}_id"):
            setattr(fresh, name, known)


def ping(connection: BaseDatabaseWrapper) -> None:
    """Raises when the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
