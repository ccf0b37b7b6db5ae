"""Filters of the lists of the money."""
