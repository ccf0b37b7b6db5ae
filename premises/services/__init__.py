"""Writes of the premises that are not a step of one life, and what the handover forms of a unit say."""

from premises.flow import EXTINGUISHER_FLOW, KEY_FLOW, PARKING_FLOW, UNIT_FLOW
from premises.services.handover import handover, key_lines, meter_lines
from premises.services.keys import count_keys, issue_key, mark_reminded, open_loan, report_lost, return_key
from premises.services.labels import print_labels
from premises.services.readings import (
    MAY_BE_LOWER,
    ReadingDoubtful,
    ReadingRefused,
    judge_reading,
    last_reading,
    plain,
    record_reading,
    replace_meter,
    usage_between,
    void_reading,
)
from premises.services.units import label_place, merge_units, new_place_codes, save_equipment, split_unit

__all__ = [
    "EXTINGUISHER_FLOW",
    "KEY_FLOW",
    "MAY_BE_LOWER",
    "PARKING_FLOW",
    "UNIT_FLOW",
    "ReadingDoubtful",
    "ReadingRefused",
    "count_keys",
    "handover",
    "issue_key",
    "judge_reading",
    "key_lines",
    "label_place",
    "last_reading",
    "mark_reminded",
    "merge_units",
    "meter_lines",
    "new_place_codes",
    "open_loan",
    "plain",
    "print_labels",
    "record_reading",
    "replace_meter",
    "report_lost",
    "return_key",
    "save_equipment",
    "split_unit",
    "usage_between",
    "void_reading",
]
