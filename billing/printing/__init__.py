"""Printable forms of the money."""
