"""What falls due by the clock. Any of it may run twice, late or side by side."""

from fitout.tasks.permits import close_settled, expire_permit, expire_permits, settle

__all__ = ["close_settled", "expire_permit", "expire_permits", "settle"]
