from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Also collects `T("…")`, the short name of gettext_lazy in modules whose tables are full of it."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=T"]
