-- Three years of money for the tenants of the temporary table `pool`: a bill a month, a receipt a quarter. A tenant pays a
-- quarter unless it is the last one of the twentieth tenant, or the last two of the four-hundredth.
-- Parameters: kind (the charge kind), cashier.

CREATE TEMPORARY TABLE plan AS
SELECT t.id AS tenant_id, t.building_id, t.name, m, m / 3 AS q, d.month::date AS month,
       (1000 + t.id %% 50 * 10)::numeric(14, 2) AS yuan,
       NOT (m / 3 >= 11 AND t.id %% 20 = 0 OR m / 3 >= 10 AND t.id %% 400 = 0) AS paid
FROM pool t, generate_series(0, 35) m, LATERAL (SELECT date '2023-12-01' + make_interval(months => m) AS month) d;

INSERT INTO billing_account (building_id, kind, tenant_id, deposit_kind, method, balance)
SELECT building_id, 'RECEIVABLE', id, '', '', 0 FROM pool;

INSERT INTO billing_account (building_id, kind, charge_kind_id, deposit_kind, method, balance)
SELECT DISTINCT building_id, 'INCOME', %(kind)s, '', '', 0 FROM pool;

INSERT INTO billing_account (building_id, kind, deposit_kind, method, balance)
SELECT DISTINCT building_id, 'MONEY', '', 'TRANSFER', 0 FROM pool;

INSERT INTO billing_bill (created_at, number, version, building_id, tenant_id, issued_on, due_on, title, state, amount, outstanding)
SELECT now(), 'B-' || tenant_id || '-' || m, 1, building_id, tenant_id, month + 2, month + 14, to_char(month, 'YYYY-MM'), 'ISSUED',
       yuan, CASE WHEN paid THEN 0 ELSE yuan END
FROM plan;

INSERT INTO billing_entry (building_id, tenant_id, kind, booked_on, memo, at, key, txid)
SELECT building_id, tenant_id, 'CHARGE', month + 2, '', month + 2, 'c:' || tenant_id || ':' || m, 0 FROM plan;

INSERT INTO billing_charge (entry_id, building_id, tenant_id, kind_id, bill_id, text, formula, period_from, period_to, quantity,
                            unit_price, amount, outstanding, due_on, key)
SELECT e.id, p.building_id, p.tenant_id, %(kind)s, b.id, '', '', month, month + 27, 1, yuan, yuan, b.outstanding, b.due_on, e.key
FROM plan p JOIN billing_entry e ON e.key = 'c:' || p.tenant_id || ':' || m JOIN billing_bill b ON b.number = 'B-' || p.tenant_id || '-' || m;

INSERT INTO billing_posting (entry_id, account_id, amount)
SELECT c.entry_id, a.id, CASE a.kind WHEN 'INCOME' THEN -c.amount ELSE c.amount END
FROM pool t JOIN billing_charge c ON c.tenant_id = t.id
JOIN LATERAL (
    SELECT id, kind FROM billing_account WHERE tenant_id = t.id AND kind = 'RECEIVABLE'
    UNION ALL SELECT id, kind FROM billing_account WHERE building_id = t.building_id AND kind = 'INCOME'
) a ON true;

INSERT INTO billing_entry (building_id, tenant_id, kind, booked_on, memo, at, key, txid)
SELECT building_id, tenant_id, 'PAYMENT', max(month) + 16, '', max(month) + 16, 'p:' || tenant_id || ':' || q, 0
FROM plan WHERE paid GROUP BY building_id, tenant_id, q;

INSERT INTO billing_receipt (created_at, number, version, building_id, tenant_id, payer, method, amount, received_on, received_at,
                             reference, note, state, entry_id, cashier_id, void_reason)
SELECT e.at, 'R-' || e.id, 1, t.building_id, t.id, t.name, 'TRANSFER', 3 * (1000 + t.id %% 50 * 10), e.booked_on, e.at, '', '',
       'ISSUED', e.id, %(cashier)s, ''
FROM pool t JOIN billing_entry e ON e.tenant_id = t.id AND e.kind = 'PAYMENT';

INSERT INTO billing_posting (entry_id, account_id, amount)
SELECT r.entry_id, a.id, CASE a.kind WHEN 'MONEY' THEN r.amount ELSE -r.amount END
FROM pool t JOIN billing_receipt r ON r.tenant_id = t.id
JOIN LATERAL (
    SELECT id, kind FROM billing_account WHERE tenant_id = t.id AND kind = 'RECEIVABLE'
    UNION ALL SELECT id, kind FROM billing_account WHERE building_id = t.building_id AND kind = 'MONEY'
) a ON true;

INSERT INTO billing_allocation (entry_id, charge_id, amount)
SELECT e.id, c.id, yuan
FROM plan p JOIN billing_entry e ON e.key = 'p:' || p.tenant_id || ':' || q JOIN billing_charge c ON c.key = 'c:' || p.tenant_id || ':' || m;

UPDATE billing_account a SET balance = s.sum
FROM (SELECT p.account_id, sum(p.amount) FROM billing_posting p GROUP BY 1) s WHERE s.account_id = a.id;

DROP TABLE plan;
