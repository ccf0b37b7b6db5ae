"""Fit-outs of the demo tower; parts add theirs by a module with `load(people, now)`."""
