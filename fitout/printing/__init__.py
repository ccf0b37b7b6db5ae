"""The forms of fit-outs on paper, filled from the record and blank; each module registers its own."""

from fitout.printing import application as application
from fitout.printing import inspections as inspections
from fitout.printing import permit as permit
from fitout.printing import site as site
from fitout.printing import site_permits as site_permits
from fitout.printing.workers import badges as badges
