"""What the product knows of fit-outs, and what they show on each other's and on lower apps' pages; each module registers its own."""

from fitout.panels import drawings as drawings
from fitout.panels import elsewhere as elsewhere
from fitout.panels import extinguishers as extinguishers
from fitout.panels import inspections as inspections
from fitout.panels import papers as papers
from fitout.panels import passes as passes
from fitout.panels import preparation as preparation
from fitout.panels import refunds as refunds
from fitout.panels import register as register
from fitout.panels import site as site
from fitout.panels import site_permits as site_permits
