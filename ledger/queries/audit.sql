-- name: unmirrored(kinds, stream)
-- Facts about borrowers that a loan of theirs should hold and does not, or holds otherwise. An open loan has all of
-- them; a closed one those from before its end. The wall clock of two transactions that crossed tells no order: facts
-- of the last minute before an end are left out. Of one loan's stream, or of all where none is named; so the others below.
SELECT l.loan_id, b.stream, b.seq, b.fact_id
FROM stream AS l
JOIN fact AS b ON b.stream = 'borrower:' || l.borrower_id
LEFT JOIN fact AS m ON m.stream = l.stream AND m.fact_id = 'borrower:' || b.fact_id
WHERE
    l.kind = 'loan'
    AND (:stream::text IS NULL OR l.stream = :stream)
    AND b.kind = ANY(:kinds::text[])
    AND (m.seq IS NULL OR m.body <> b.body OR m.occurred_at <> b.occurred_at)
    AND (
        l.state = 'open'
        OR m.seq IS NOT NULL
        OR b.recorded_at < (
            SELECT max(c.recorded_at) - interval '1 minute'
            FROM fact AS c
            WHERE c.stream = l.stream AND c.kind = 'case_closed'
        )
    )
ORDER BY l.loan_id, b.seq;

-- name: unreserved(stream)
-- Contacts that went out, or were about to, without a reservation that an allowing verdict stands in. `rebuilt`: the case
-- noticed afterwards that its ledger had been restored, and folded anew.
SELECT
    f.stream, f.seq, f.kind, f.body ->> 'attempt' AS attempt, r.seq IS NOT NULL AS reserved, a.attempt IS NOT NULL AS slot,
    EXISTS (
        SELECT FROM fact AS b WHERE b.stream = f.stream AND b.seq > f.seq AND b.kind = 'rebuilt'
    ) AS rebuilt
FROM fact AS f
LEFT JOIN fact AS r
    ON r.stream = f.stream
    AND r.seq < f.seq
    AND r.kind = 'attempt_reserved'
    AND r.body -> 'proposal' ->> 'attempt' = f.body ->> 'attempt'
    AND r.body -> 'verdict' ->> 'verdict' = 'allow'
LEFT JOIN contact_attempt AS a ON a.attempt = f.body ->> 'attempt' AND a.stream = f.stream
WHERE
    f.kind IN ('attempt_sending', 'attempt_sent')
    AND (r.seq IS NULL OR a.attempt IS NULL)
    AND (:stream::text IS NULL OR f.stream = :stream)
ORDER BY f.stream, f.seq;

-- name: misstated(inert, stream)
-- Columns of `stream` that are not what the facts up to its head fold to. Told by a statement of its own, not by the code
-- that keeps them: a defect there is to be found here.
WITH folded AS (
    SELECT
        s.stream,
        coalesce(max(f.seq) FILTER (WHERE f.kind <> ALL(:inert::text[])), 0) AS decision_head,
        coalesce((
            array_agg(f.body ->> 'epoch' ORDER BY f.seq DESC)
            FILTER (WHERE f.kind IN ('episode_opened', 'episode_reopened', 'taken_over'))
        )[1], '0') AS epoch,
        (
            array_agg(f.kind ORDER BY f.seq DESC)
            FILTER (WHERE f.kind IN ('episode_opened', 'episode_reopened', 'case_closed'))
        )[1] AS turn,
        (array_agg(f.body ORDER BY f.seq DESC) FILTER (WHERE f.kind = 'episode_opened'))[1] AS opened,
        (
            array_agg(f.body ->> 'policy' ORDER BY f.seq DESC)
            FILTER (WHERE f.kind IN ('episode_opened', 'policy_adopted'))
        )[1] AS policy
    FROM stream AS s
    LEFT JOIN fact AS f ON f.stream = s.stream AND f.seq <= s.head
    WHERE :stream::text IS NULL OR s.stream = :stream
    GROUP BY s.stream
)
SELECT s.stream, c.field, c.told, c.folded
FROM stream AS s
INNER JOIN folded AS f ON f.stream = s.stream
CROSS JOIN LATERAL (
    VALUES
    ('state', s.state, CASE WHEN f.turn IN ('episode_opened', 'episode_reopened') THEN 'open' ELSE 'closed' END),
    ('epoch', s.epoch::text, f.epoch),
    ('decision_head', s.decision_head::text, f.decision_head::text),
    ('episode', to_char(s.episode, 'YYYY-MM-DD'), f.opened -> 'request' ->> 'overdue_since'),
    ('policy', s.policy, f.policy),
    (
        'borrower_id', s.borrower_id,
        CASE s.kind
            WHEN 'borrower' THEN substr(s.stream, length('borrower:') + 1)
            ELSE coalesce(f.opened -> 'request' ->> 'borrower_id', s.borrower_id)
        END
    ),
    ('loan_id', s.loan_id, CASE s.kind WHEN 'loan' THEN substr(s.stream, length('loan:') + 1) END)
) AS c (field, told, folded)
WHERE c.told IS DISTINCT FROM c.folded
ORDER BY s.stream, c.field;

-- name: stray_slots(stream)
-- Slots under the caps that no fact accounts for, and slots given back although their attempt was never released.
SELECT a.attempt, a.stream, false AS given_back
FROM contact_attempt AS a
WHERE (:stream::text IS NULL OR a.stream = :stream) AND NOT EXISTS (
    SELECT FROM fact AS f
    WHERE
        f.stream = a.stream
        AND f.fact_id IN (a.attempt || ':reserved', a.attempt || ':sent', a.attempt || ':unknown')
)
UNION ALL
SELECT a.attempt, a.stream, true
FROM contact_attempt_end AS e
INNER JOIN contact_attempt AS a ON a.attempt = e.attempt
WHERE
    (:stream::text IS NULL OR a.stream = :stream)
    AND NOT EXISTS (SELECT FROM fact AS f WHERE f.stream = a.stream AND f.fact_id = a.attempt || ':released')
ORDER BY 2, 1, 3;

-- name: miscovered(stream)
-- Messages that speak of several debts: what the reservation, the sending and the end say of a debt, its own stream says too.
WITH named AS (
    SELECT
        f.stream AS by_stream, f.body -> 'proposal' ->> 'attempt' AS attempt, 'loan:' || (c.cover ->> 'loan_id') AS stream,
        c.cover
    FROM fact AS f
    CROSS JOIN LATERAL jsonb_array_elements(f.body -> 'covers') AS c (cover)
    WHERE f.kind = 'attempt_reserved'
),
told AS (
    SELECT DISTINCT 'loan:' || (body ->> 'by_loan') AS by_stream, body ->> 'attempt' AS attempt, stream, body -> 'cover' AS cover
    FROM fact
    WHERE kind = 'attempt_covered'
),
ended AS (
    SELECT n.stream, n.by_stream, n.attempt
    FROM named AS n
    INNER JOIN fact AS s ON s.stream = n.by_stream AND s.fact_id = n.attempt || ':sending'
    LEFT JOIN fact AS e ON e.stream = n.stream AND e.fact_id = n.attempt || ':covered:released'
    WHERE e.seq IS NULL AND NOT coalesce(s.body -> 'covers', '[]') @> jsonb_build_array(n.cover)
    UNION ALL
    SELECT n.stream, n.by_stream, n.attempt
    FROM named AS n
    CROSS JOIN (VALUES ('sent'), ('unknown'), ('released')) AS o (outcome)
    INNER JOIN fact AS s ON s.stream = n.by_stream AND s.fact_id = n.attempt || ':' || o.outcome
    LEFT JOIN fact AS e
        ON e.stream = n.stream
        AND e.fact_id IN (n.attempt || ':covered:released', n.attempt || ':covered:' || o.outcome)
    WHERE e.seq IS NULL
)
SELECT coalesce(n.stream, t.stream) AS stream, coalesce(n.by_stream, t.by_stream) AS by_stream,
    coalesce(n.attempt, t.attempt) AS attempt, CASE WHEN t.stream IS NULL THEN 'untold' ELSE 'unnamed' END AS fault
FROM named AS n
FULL JOIN told AS t ON t.stream = n.stream AND t.by_stream = n.by_stream AND t.attempt = n.attempt AND t.cover = n.cover
WHERE (n.stream IS NULL OR t.stream IS NULL) AND (:stream::text IS NULL OR coalesce(n.stream, t.stream) = :stream)
UNION
SELECT e.stream, e.by_stream, e.attempt, 'open' FROM ended AS e WHERE :stream::text IS NULL OR e.stream = :stream
ORDER BY 1, 3, 4;

-- name: altered_artefacts()
SELECT kind, name, version, digest
FROM artefact
WHERE digest <> encode(sha256(convert_to(body, 'UTF8')), 'hex')
ORDER BY number;

-- name: counts()
SELECT
    (SELECT count(*) FROM stream WHERE kind = 'loan' AND head > 0) AS loans,
    (SELECT count(*) FROM stream WHERE kind = 'borrower' AND head > 0) AS borrowers,
    (SELECT count(*) FROM fact) AS facts,
    (SELECT count(*) FROM fact WHERE kind = 'attempt_sent') AS contacts,
    (SELECT count(*) FROM fact WHERE starts_with(fact_id, 'borrower:')) AS mirrors;
