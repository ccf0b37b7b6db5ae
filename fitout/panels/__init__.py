"""What the product knows of fit-outs, and what they show on each other's and on lower apps' pages; each module registers its own."""

from fitout.panels import register as register
from fitout.panels import site as site
