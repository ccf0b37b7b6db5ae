"""The forms of fit-outs on paper, filled from the record and blank; each module registers its own."""

from fitout.printing import application as application
