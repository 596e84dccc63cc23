-- name: unmirrored(kinds)
-- Facts about borrowers that a loan of theirs should hold and does not, or holds otherwise. An open loan has all of
-- them; a closed one those from before its end. The wall clock of two transactions that crossed tells no order: facts
-- of the last minute before an end are left out.
SELECT l.loan_id, b.stream, b.seq, b.fact_id
FROM stream AS l
JOIN fact AS b ON b.stream = 'borrower:' || l.borrower_id
LEFT JOIN fact AS m ON m.stream = l.stream AND m.fact_id = 'borrower:' || b.fact_id
WHERE
    l.kind = 'loan'
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

-- name: unreserved()
-- Contacts that went out, or were about to, without a reservation that an allowing verdict stands in.
SELECT f.stream, f.seq, f.kind, f.body ->> 'attempt' AS attempt, r.seq IS NOT NULL AS reserved, a.attempt IS NOT NULL AS slot
FROM fact AS f
LEFT JOIN fact AS r
    ON r.stream = f.stream
    AND r.seq < f.seq
    AND r.kind = 'attempt_reserved'
    AND r.body -> 'proposal' ->> 'attempt' = f.body ->> 'attempt'
    AND r.body -> 'verdict' ->> 'verdict' = 'allow'
LEFT JOIN contact_attempt AS a ON a.attempt = f.body ->> 'attempt' AND a.stream = f.stream
WHERE f.kind IN ('attempt_sending', 'attempt_sent') AND (r.seq IS NULL OR a.attempt IS NULL)
ORDER BY f.stream, f.seq;

-- name: counts()
SELECT
    (SELECT count(*) FROM stream WHERE kind = 'loan' AND head > 0) AS loans,
    (SELECT count(*) FROM stream WHERE kind = 'borrower' AND head > 0) AS borrowers,
    (SELECT count(*) FROM fact) AS facts,
    (SELECT count(*) FROM fact WHERE kind = 'attempt_sent') AS contacts,
    (SELECT count(*) FROM fact WHERE starts_with(fact_id, 'borrower:')) AS mirrors;
