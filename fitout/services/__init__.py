"""Writes of fit-outs that are not a step of one life."""
