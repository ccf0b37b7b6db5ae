"""Printable forms of fit-outs; each module registers its own."""

from fitout.printing import inspections as inspections
from fitout.printing import permit as permit
