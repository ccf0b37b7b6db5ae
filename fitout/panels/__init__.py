"""What the product knows of fit-outs, and what they show on each other's and on lower apps' pages; each module registers its own."""

from fitout.panels import extinguishers as extinguishers
from fitout.panels import passes as passes
from fitout.panels import register as register
from fitout.panels import site_permits as site_permits
