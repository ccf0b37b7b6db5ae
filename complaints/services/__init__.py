"""What other apps may ask of complaints: `from complaints import services as complaints`."""

from complaints.services.intake import hand_to_repairs, log_complaint, mark_malicious, name_keeper

__all__ = ["hand_to_repairs", "log_complaint", "mark_malicious", "name_keeper"]
