"""Sent when the transaction has committed, so that an app above may follow up: `receivers.py` there, one service call each.

Whoever must not miss one looks at the rows instead: a signal is lost when the process ends between commit and call.
"""

from django.dispatch import Signal

# `round`: the finished round (PASS, FAIL or PARTIAL), `by`: who finished it, None for the system.
round_finished = Signal()
# `round`: the missed round.
round_missed = Signal()
