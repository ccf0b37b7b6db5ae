"""Printable forms of fit-outs; each module registers its own."""

from fitout.printing import site as site
