"""What falls due at fit-outs by the clock; each module registers its own. Any of it may run twice, late or side by side."""

from fitout.tasks import expiries as expiries
from fitout.tasks import site as site
from fitout.tasks import workers as workers
from fitout.tasks.permits import close_settled, expire_permit, expire_permits, settle

__all__ = ["close_settled", "expire_permit", "expire_permits", "expiries", "settle"]
