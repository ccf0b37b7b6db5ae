"""Printable forms of the tenant file; core finds them here."""

from tenants.printing import file, letters

__all__ = ["file", "letters"]
