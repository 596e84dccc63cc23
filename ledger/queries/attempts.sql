-- name: take(attempt, stream, loan_id, borrower_id, channel, contact_point_id, at, party_id, use)!
INSERT INTO contact_attempt (attempt, stream, loan_id, borrower_id, channel, contact_point_id, at, party_id, use)
VALUES (:attempt, :stream, :loan_id, :borrower_id, :channel, :contact_point_id, :at, :party_id, :use);

-- name: give_back(attempt, at, code)!
INSERT INTO contact_attempt_end (attempt, at, code) VALUES (:attempt, :at, :code)
ON CONFLICT (attempt) DO NOTHING;

-- name: counted(borrower_id, since, but)
-- Attempts that count against the caps, from when they went out, or else were reserved: a day may lie between. One that was
-- given back and went out after all counts.
SELECT a.attempt, a.loan_id, a.channel, a.contact_point_id, coalesce(o.occurred_at, a.at) AS at, a.party_id, a.use
FROM contact_attempt AS a
LEFT JOIN contact_attempt_end AS e ON e.attempt = a.attempt
LEFT JOIN fact AS o ON o.stream = a.stream AND o.fact_id = a.attempt || ':sending'
WHERE
    a.borrower_id = :borrower_id
    AND a.at > :since
    AND a.attempt <> :but
    AND (
        e.attempt IS NULL
        OR EXISTS (SELECT FROM fact AS f WHERE f.stream = a.stream AND f.fact_id = a.attempt || ':sent')
    )
ORDER BY at, a.attempt;

-- name: conversations(borrower_id, since, kinds)
-- Facts that may tell of a conversation about any of the borrower's loans.
SELECT s.loan_id, f.stream, f.seq, f.body, f.occurred_at, a.party_id
FROM stream AS s
INNER JOIN fact AS f ON f.stream = s.stream
LEFT JOIN contact_attempt AS a ON a.attempt = f.body ->> 'attempt'
WHERE s.borrower_id = :borrower_id AND s.kind = 'loan' AND f.kind = ANY(:kinds::text[]) AND f.occurred_at > :since
ORDER BY f.occurred_at, f.stream, f.seq;

-- name: latest_at(borrower_id, but)$
SELECT max(at) FROM contact_attempt WHERE borrower_id = :borrower_id AND attempt <> :but;

-- name: stream_of(attempt)$
SELECT stream FROM contact_attempt WHERE attempt = :attempt
UNION ALL
SELECT stream FROM fact WHERE kind = 'attempt_refused' AND fact_id = :attempt || ':refused'
LIMIT 1;

-- name: milestones(stream, ids)
SELECT fact_id FROM fact WHERE stream = :stream AND fact_id = ANY(:ids::text[]);

-- name: covers(stream, attempt)$
-- The other debts that an attempt was reserved for, if any.
SELECT body ->> 'covers' FROM fact WHERE stream = :stream AND fact_id = :attempt || ':reserved';

-- name: covered(borrower_id, since)
-- What tells which debts an attempt about another one spoke of, too.
SELECT s.loan_id, f.kind, f.body ->> 'attempt' AS attempt, f.body ->> 'outcome' AS outcome
FROM stream AS s
INNER JOIN fact AS f ON f.stream = s.stream
WHERE
    s.borrower_id = :borrower_id AND s.kind = 'loan' AND f.kind IN ('attempt_covered', 'cover_ended')
    AND f.occurred_at > :since
ORDER BY f.stream, f.seq;
