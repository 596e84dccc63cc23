-- name: known(streams)
-- Loans that the ledger has had a case of: under which borrower, whether open, and the ids of their openings.
SELECT
    s.loan_id, s.borrower_id, s.state,
    array(
        SELECT f.fact_id FROM fact AS f WHERE f.stream = s.stream AND f.kind = 'episode_opened' ORDER BY f.seq
    ) AS episodes
FROM stream AS s
WHERE s.stream = ANY(:streams::text[]) AND s.epoch > 0;

-- name: opened(streams)$
SELECT count(*) FROM stream WHERE stream = ANY(:streams::text[]) AND epoch > 0;

-- name: settled(streams)
-- Streams of cases that are through their first steps, or that somebody else is to do something about.
SELECT DISTINCT stream
FROM fact
WHERE stream = ANY(:streams::text[]) AND kind IN ('stage_entered', 'case_closed', 'outside_failed', 'parked');

-- name: written()$
-- How much has been written of loans in all.
SELECT coalesce(sum(head), 0)::bigint FROM stream WHERE kind = 'loan';

-- name: loans_with_prefix(prefix)$
SELECT count(*) FROM stream WHERE kind = 'loan' AND starts_with(loan_id, :prefix);

-- name: requests(streams)
-- The request of each loan's newest episode.
SELECT DISTINCT ON (stream) stream, body -> 'request' AS request
FROM fact
WHERE kind = 'episode_opened' AND stream = ANY(:streams::text[])
ORDER BY stream, seq DESC;

-- name: money(streams)
-- By currency: the arrears that core banking told first, and what was paid since, whatever brought the news.
WITH reading AS (
    SELECT stream, seq, body -> 'account' AS account
    FROM fact
    WHERE kind = 'account_read' AND stream = ANY(:streams::text[])
),
first_reading AS (
    SELECT DISTINCT ON (stream) stream, account FROM reading ORDER BY stream, seq
),
moved AS (
    SELECT r.stream, t ->> 'reference' AS reference, (t ->> 'amount')::numeric AS amount, t ->> 'reverses' AS reverses
    FROM reading AS r CROSS JOIN jsonb_array_elements(r.account -> 'transactions') AS t
    UNION ALL
    SELECT stream, body ->> 'reference', (body ->> 'amount')::numeric, body ->> 'reverses'
    FROM fact
    WHERE kind IN ('payment_posted', 'payment_reversed') AND stream = ANY(:streams::text[])
),
before AS (
    SELECT f.stream, t ->> 'reference' AS reference
    FROM first_reading AS f CROSS JOIN jsonb_array_elements(f.account -> 'transactions') AS t
),
paid AS (
    SELECT m.stream, m.reference, max(m.amount) AS amount
    FROM moved AS m
    WHERE
        m.reverses IS NULL
        AND NOT EXISTS (SELECT FROM before AS b WHERE b.stream = m.stream AND b.reference = m.reference)
    GROUP BY m.stream, m.reference
),
by_loan AS (
    SELECT
        p.stream,
        count(*) AS payments,
        sum(p.amount) AS paid,
        coalesce(
            sum(p.amount) FILTER (
                WHERE EXISTS (SELECT FROM moved AS m WHERE m.stream = p.stream AND m.reverses = p.reference)
            ), 0
        ) AS taken_back
    FROM paid AS p
    GROUP BY p.stream
)
SELECT
    f.account ->> 'currency' AS currency,
    count(*) AS loans,
    sum((f.account ->> 'arrears')::numeric) AS arrears,
    coalesce(sum(l.payments), 0)::bigint AS payments,
    coalesce(sum(l.paid), 0) AS paid,
    coalesce(sum(l.taken_back), 0) AS taken_back
FROM first_reading AS f
LEFT JOIN by_loan AS l ON l.stream = f.stream
GROUP BY 1
ORDER BY 1;

-- name: attempts(streams)
-- Contacts by what became of them: by channel if they went out, by rule if not; a null reason marks the sum, in which a
-- contact counts once although several rules may have refused it.
WITH reserved AS (
    SELECT stream, body -> 'proposal' ->> 'attempt' AS attempt, body -> 'proposal' ->> 'channel' AS channel
    FROM fact
    WHERE kind = 'attempt_reserved' AND stream = ANY(:streams::text[])
),
fate AS (
    SELECT
        CASE WHEN (f.body ->> 'shadow')::boolean THEN 'shadow' ELSE 'made' END AS fate,
        coalesce(r.channel, 'unknown') AS reason,
        f.body ->> 'attempt' AS attempt
    FROM fact AS f LEFT JOIN reserved AS r ON r.stream = f.stream AND r.attempt = f.body ->> 'attempt'
    WHERE f.kind = 'attempt_sent' AND f.stream = ANY(:streams::text[])
    UNION ALL
    SELECT
        CASE f.body -> 'verdict' ->> 'verdict' WHEN 'defer' THEN 'deferred' WHEN 'review' THEN 'to review' ELSE 'refused' END,
        finding ->> 'rule', f.body -> 'proposal' ->> 'attempt'
    FROM fact AS f CROSS JOIN jsonb_array_elements(f.body -> 'verdict' -> 'findings') AS finding
    WHERE f.kind = 'attempt_refused' AND f.stream = ANY(:streams::text[])
    UNION ALL
    SELECT 'given up before sending', body ->> 'code', body ->> 'attempt'
    FROM fact
    WHERE kind = 'attempt_released' AND stream = ANY(:streams::text[])
    UNION ALL
    SELECT 'not known whether sent', body ->> 'code', body ->> 'attempt'
    FROM fact AS f
    WHERE
        kind = 'attempt_unknown' AND stream = ANY(:streams::text[])
        AND NOT EXISTS (
            SELECT FROM fact AS l
            WHERE
                l.stream = f.stream AND l.kind IN ('attempt_sent', 'attempt_released')
                AND l.body ->> 'attempt' = f.body ->> 'attempt'
        )
)
SELECT fate, reason, count(DISTINCT attempt) AS contacts
FROM fate
GROUP BY GROUPING SETS ((fate, reason), (fate))
ORDER BY fate, contacts DESC, reason NULLS FIRST;

-- name: results(streams)
-- What was heard of contacts.
SELECT body ->> 'result' AS result, count(*) AS contacts
FROM fact
WHERE kind IN ('contact_result', 'contact_recorded') AND stream = ANY(:streams::text[])
GROUP BY 1
ORDER BY 2 DESC, 1;

-- name: began(stream, attempt, loan_id)$
-- When a message that speaks of another loan too began to go out.
SELECT recorded_at
FROM fact
WHERE
    stream = :stream
    AND fact_id = :attempt || ':sending'
    AND body -> 'covers' @> jsonb_build_array(jsonb_build_object('loan_id', :loan_id::text));
