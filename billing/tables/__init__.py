"""Columns of the lists of the money."""
