"""The records desk of fit-outs: the house's own rules, and what was written by the product; each module its part."""

from fitout.admin import site as site
