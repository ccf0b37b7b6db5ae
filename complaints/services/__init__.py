"""What other apps may ask of complaints: `from complaints import services as complaints`."""

from complaints.services.intake import log_complaint, mark_malicious, name_keeper

__all__ = ["log_complaint", "mark_malicious", "name_keeper"]
