"""Printable forms of the tenant file; core finds them here."""

from tenants.printing import file, letters, move_in

__all__ = ["file", "letters", "move_in"]
