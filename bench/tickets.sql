-- Work orders :first to :last of the big data set, with who reported what: believable words, some in every tenth, one in
-- the same twenty however many there are, so that its search shows as many rows of any size. The newest four hundred of each
-- load are under way, the others settled. The temporary table `pool` has the units.
-- Parameters: first, last, clerk, technician.

CREATE TEMPORARY TABLE told AS
SELECT n, p.*, now() - make_interval(mins => (1000000 - n) * 2 + 5) AS at, n > %(last)s - 400 AS going_on,
       (ARRAY['刘女士', '张先生', '王主管', '李经理', '赵小姐', '陈先生', '杨女士', '周经理'])[1 + n %% 8] AS person,
       '138' || lpad((n::bigint * 7919 %% 100000000)::text, 8, '0') AS telephone,
       (ARRAY['', '', '北侧第三扇窗', '茶水间', '前台', '会议室', '财务室', '洗手间', '机房', '走廊尽头'])[1 + n * 7 %% 10] AS place,
       (ARRAY['茶水间水槽下水管漏水，已用水桶接住', '空调出风口不出冷风，室内温度偏高', '办公室日光灯不亮，疑似镇流器损坏', '门禁刷卡没有反应',
              '洗手间马桶堵塞，水流不下去', '会议室插座没电', '空调有异味，出风口滴水', '玻璃门地弹簧松动，关不严', '网络接口松动，电话没有声音',
              '电梯厅地砖空鼓翘起'])[1 + n * 13 %% 10]
       || (ARRAY['，请尽快派人维修。', '，影响办公。', '，下午两点后有人。', '，需要带梯子。', '，麻烦先打电话联系。', '。'])[1 + n * 11 %% 6]
       || CASE WHEN n <= 10000 AND n %% 499 = 7 THEN '地下室冷凝水泵异响。' WHEN n %% 211 = 5 THEN '墙角渗水发霉。' WHEN n %% 37 = 3 THEN '吊顶板有水渍。' ELSE '' END
       || CASE WHEN n %% 3 = 0 THEN '上周修过一次，又出现同样的问题。' ELSE '' END AS content,
       (ARRAY['AIR_CONDITIONING', 'POWER', 'WATER', 'DOORS', 'LIFTS', 'FINISHES', 'NETWORK', 'OTHER'])[1 + n * 5 %% 8] AS category
FROM generate_series(%(first)s, %(last)s) n JOIN pool p ON p.place_in_pool = n * 17 %% (SELECT count(*) FROM pool);

CREATE TEMPORARY TABLE stages (place int, state text);

INSERT INTO stages VALUES (0, 'NEW'), (1, 'REVIEW'), (2, 'ASSIGNED'), (3, 'ACCEPTED'), (4, 'IN_PROGRESS'), (5, 'AWAITING_PARTS'), (6, 'TO_CONFIRM'), (7, 'DONE');

INSERT INTO repairs_workorder (
    created_at, number, version, building_id, tenant_id, unit_id, spot, company, name, phone, channel, category_id, content, is_public, is_paid,
    urgency_id, reporter_key, state, received_at, due_at, finish_by, round, pause_reason, paused_at, answer, reply, dispatched_by_id,
    dispatched_at, assignee_id, accepted_by_id, accepted_at, arrived_at, findings, work_done, finished_at, confirmed_at, refusal, created_by_id,
    reviewed_by_id)
SELECT at, 'BX-' || to_char(at, 'YYYYMMDD') || '-' || lpad(n::text, 7, '0'), 1, building_id, tenant_id, unit_id, place, company, person,
       telephone, CASE n %% 5 WHEN 0 THEN 'IN_PERSON' WHEN 1 THEN 'LABEL' ELSE 'PHONE' END, c.id, t.content, n %% 9 = 0, false, u.id, '', s.state,
       at, CASE WHEN going_on THEN at + interval '4 hours' END, at + interval '9 hours', 1,
       CASE s.state WHEN 'AWAITING_PARTS' THEN 'PARTS' ELSE '' END, CASE s.state WHEN 'AWAITING_PARTS' THEN at + interval '2 hours' END,
       CASE s.state WHEN 'DECLINED' THEN '不在维修范围' ELSE '' END, '',
       CASE WHEN sent THEN %(clerk)s::bigint END, CASE WHEN sent THEN at + interval '10 minutes' END, CASE WHEN sent THEN %(technician)s::bigint END,
       CASE WHEN accepted THEN %(technician)s::bigint END, CASE WHEN accepted THEN at + interval '30 minutes' END,
       CASE WHEN arrived THEN at + interval '1 hour' END, CASE WHEN finished THEN '现场查看，属正常损坏。' ELSE '' END,
       CASE WHEN finished THEN '更换配件，试用正常。' ELSE '' END, CASE WHEN finished THEN at + interval '3 hours' END,
       CASE WHEN s.state IN ('DONE', 'CLOSED') THEN at + interval '4 hours' END, '', %(clerk)s, CASE s.state WHEN 'DECLINED' THEN %(technician)s::bigint END
FROM told t
JOIN repairs_repaircategory c ON c.code = t.category
JOIN repairs_urgency u ON u.code = CASE WHEN n %% 20 = 0 THEN 'URGENT' ELSE 'ORDINARY' END
CROSS JOIN LATERAL (
    SELECT CASE WHEN going_on THEN (SELECT state FROM stages WHERE stages.place = n %% 8) WHEN n %% 50 = 0 THEN 'DECLINED' WHEN n %% 99 = 0 THEN 'WITHDRAWN'
           ELSE 'CLOSED' END AS state
) s
CROSS JOIN LATERAL (
    SELECT s.state NOT IN ('NEW', 'REVIEW', 'DECLINED', 'WITHDRAWN') AS sent,
           s.state NOT IN ('NEW', 'REVIEW', 'ASSIGNED', 'DECLINED', 'WITHDRAWN') AS accepted,
           s.state IN ('IN_PROGRESS', 'TO_CONFIRM', 'DONE', 'CLOSED') AS arrived, s.state IN ('TO_CONFIRM', 'DONE', 'CLOSED') AS finished
) g
ORDER BY n;

INSERT INTO repairs_returnvisit (created_at, order_id, round, due_at, method, person, is_satisfied, remark, visited_at, visited_by_id)
SELECT o.received_at, o.id, 1, o.received_at + interval '2 days', 'PHONE', o.name, true, '', o.received_at + interval '2 days', %(clerk)s
FROM repairs_workorder o JOIN told t ON o.number = 'BX-' || to_char(t.at, 'YYYYMMDD') || '-' || lpad(t.n::text, 7, '0')
WHERE o.state = 'CLOSED' AND t.n %% 10 = 1;

INSERT INTO audit.history (at, actor_id, kind, row_table, row_id, to_state)
SELECT received_at, %(clerk)s, 'CREATED', 'repairs_workorder', o.id, 'NEW'
FROM repairs_workorder o JOIN told t ON o.number = 'BX-' || to_char(t.at, 'YYYYMMDD') || '-' || lpad(t.n::text, 7, '0');

INSERT INTO complaints_complaint (
    created_at, number, version, building_id, tenant_id, unit_id, company, name, phone, channel, kind_id, content, against, is_misconduct,
    course_of_events, witnesses, evidence, apologised, state, received_at, due_at, round, finding, department_id, special_reason, is_serious,
    review_people, review_note, result, resolved_by_id, resolved_at, on_the_spot, suggestions, malicious_reason, malicious_answer, created_by_id)
SELECT at, 'TS-' || to_char(at, 'YYYYMMDD') || '-' || lpad(n::text, 7, '0'), 1, building_id, tenant_id, unit_id, company, person, telephone, 'PHONE',
       k.id, '报修后无人上门：' || t.content, '', false, '', '', '', true, CASE WHEN going_on THEN 'LOGGED' ELSE 'ARCHIVED' END, at,
       CASE WHEN going_on THEN at + interval '2 hours' END, 1, '', k.department_id, '', false, '', '',
       CASE WHEN going_on THEN '' ELSE '已安排工程部上门处理，客户表示满意。' END, CASE WHEN NOT going_on THEN %(clerk)s::bigint END,
       CASE WHEN NOT going_on THEN at + interval '1 day' END, false, '', '', '', %(clerk)s
FROM told t JOIN complaints_complaintkind k ON k.code = (ARRAY['LATE_REPAIR', 'AIR_CONDITIONING', 'LIFTS', 'CLEANING'])[1 + n %% 4]
WHERE n %% 10 = n / 10 %% 10 OR going_on
ORDER BY n;

DROP TABLE told, stages
