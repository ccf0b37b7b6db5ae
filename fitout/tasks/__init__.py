"""What falls due by the clock in fit-outs. Any of it may run twice, late or side by side."""

from fitout.tasks import site as site
