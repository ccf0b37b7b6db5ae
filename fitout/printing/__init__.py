"""The printable forms of fit-outs; each module registers its own."""

from fitout.printing import site_permits as site_permits
from fitout.printing.workers import badges as badges
