"""What other apps may ask of the tenant file: `from tenants import services as tenants`."""

from tenants.services.directory import issue_card, order_board_line, return_card
from tenants.services.file import FileEntry, PartLine, add_document, completeness, file_of, open_file, refresh_file
from tenants.services.tenant import (
    add_lease,
    briefing_lines,
    data_faults,
    issue_pass,
    register_person,
    register_tenant,
    reveal,
    save_lease,
    tenant_changed,
    terminate_lease,
    void_lease,
)

__all__ = [
    "FileEntry",
    "PartLine",
    "add_document",
    "add_lease",
    "briefing_lines",
    "completeness",
    "data_faults",
    "file_of",
    "issue_card",
    "issue_pass",
    "open_file",
    "order_board_line",
    "refresh_file",
    "register_person",
    "register_tenant",
    "return_card",
    "reveal",
    "save_lease",
    "tenant_changed",
    "terminate_lease",
    "void_lease",
]
