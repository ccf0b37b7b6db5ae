"""What falls due by the clock in fit-outs; each module says what."""

from fitout.tasks import workers as workers
