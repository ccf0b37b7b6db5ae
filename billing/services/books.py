"""Whether the books agree with themselves: what the database keeps, recounted from what was written."""

from __future__ import annotations

from django.db import connection

# name: rows that contradict each other. Each must be empty at every commit.
CHECKS = {
    "entries that do not sum to zero": """
        SELECT e.id FROM billing_entry e LEFT JOIN billing_posting p ON p.entry_id = e.id
        GROUP BY e.id HAVING coalesce(sum(p.amount), 1) <> 0 LIMIT 20""",
    "accounts whose balance is not the sum of their postings": """
        SELECT a.id FROM billing_account a LEFT JOIN billing_posting p ON p.account_id = a.id
        GROUP BY a.id HAVING a.balance <> coalesce(sum(p.amount), 0) LIMIT 20""",
    "charges whose open amount is not what was allocated": """
        SELECT c.id FROM billing_charge c LEFT JOIN billing_allocation l ON l.charge_id = c.id
        GROUP BY c.id HAVING c.outstanding <> c.amount - coalesce(sum(l.amount), 0) LIMIT 20""",
    "tenants whose receivable is not the sum of their open charges": """
        SELECT coalesce(a.tenant_id, c.tenant_id) FROM
            (SELECT tenant_id, sum(balance) AS due FROM billing_account WHERE kind = 'RECEIVABLE' GROUP BY tenant_id) a
            FULL JOIN (SELECT tenant_id, sum(outstanding) AS due FROM billing_charge GROUP BY tenant_id) c USING (tenant_id)
        WHERE coalesce(a.due, 0) <> coalesce(c.due, 0) LIMIT 20""",
    "deposits whose held amount is not the sum of their movements": """
        SELECT d.id FROM billing_deposit d LEFT JOIN billing_depositmove m ON m.deposit_id = d.id
        GROUP BY d.id HAVING d.held <> coalesce(sum(m.amount), 0) LIMIT 20""",
    "deposit accounts that disagree with the deposits": """
        SELECT coalesce(a.tenant_id, d.tenant_id) FROM
            (SELECT tenant_id, deposit_kind AS kind, -sum(balance) AS held FROM billing_account WHERE kind = 'DEPOSIT' GROUP BY 1, 2) a
            FULL JOIN (SELECT tenant_id, kind, sum(held) AS held FROM billing_deposit GROUP BY 1, 2) d USING (tenant_id, kind)
        WHERE coalesce(a.held, 0) <> coalesce(d.held, 0) LIMIT 20""",
    "payment notices that disagree with their charges": """
        SELECT b.id FROM billing_bill b LEFT JOIN billing_charge c ON c.bill_id = b.id
        GROUP BY b.id HAVING b.amount <> coalesce(sum(c.amount), 0) OR b.outstanding <> coalesce(sum(c.outstanding), 0) LIMIT 20""",
    "tenants invoiced beyond what was received": """
        SELECT i.tenant_id FROM
            (SELECT tenant_id, sum(amount) AS sum FROM billing_invoice WHERE state IN ('REQUESTED', 'ISSUED') GROUP BY 1) i
            LEFT JOIN (SELECT e.tenant_id, sum(p.amount) AS sum FROM billing_posting p JOIN billing_entry e ON e.id = p.entry_id
                JOIN billing_account a ON a.id = p.account_id AND a.kind IN ('MONEY', 'DEPOSIT') GROUP BY 1) r USING (tenant_id)
        WHERE i.sum > coalesce(r.sum, 0) LIMIT 20""",
    "cash counts that expect other than their lines": """
        SELECT c.id FROM billing_cashcount c LEFT JOIN (SELECT l.count_id, sum(p.amount) AS cash FROM billing_cashcountline l
            JOIN billing_posting p ON p.id = l.posting_id JOIN billing_account a ON a.id = p.account_id AND a.method = 'CASH' GROUP BY 1) l
            ON l.count_id = c.id
        WHERE c.expected <> coalesce(l.cash, 0) LIMIT 20""",
    "receipts whose entry brought another amount": """
        SELECT r.id FROM billing_receipt r JOIN billing_posting p ON p.entry_id = r.entry_id
            JOIN billing_account a ON a.id = p.account_id AND a.kind = 'MONEY'
        GROUP BY r.id HAVING sum(p.amount) <> r.amount LIMIT 20""",
    "reversed entries whose receipt, waiver or refund still stands": """
        SELECT e.reverses_id FROM billing_entry e JOIN (SELECT entry_id FROM billing_receipt WHERE state <> 'VOID'
            UNION ALL SELECT entry_id FROM billing_waiver WHERE state <> 'REVERSED'
            UNION ALL SELECT entry_id FROM billing_refund) paper ON paper.entry_id = e.reverses_id LIMIT 20""",
}


def contradictions() -> dict[str, list[int]]:
    """What is wrong in the books: name of the check → up to 20 ids; empty when all agree."""
    found = {}
    with connection.cursor() as cursor:
        for name, query in CHECKS.items():
            cursor.execute(query)
            if rows := [row[0] for row in cursor.fetchall()]:
                found[name] = rows
    return found
