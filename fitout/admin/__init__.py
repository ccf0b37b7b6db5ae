"""The records officers' desk of fit-outs; each module registers its own."""

from fitout.admin import rules as rules
from fitout.admin import site as site
from fitout.admin import workers as workers
