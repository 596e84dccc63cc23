-- name: ensure(stream, kind, loan_id, borrower_id)!
INSERT INTO stream (stream, kind, loan_id, borrower_id)
VALUES (:stream, :kind, :loan_id, :borrower_id)
ON CONFLICT (stream) DO NOTHING;

-- name: lock(stream, now)^
-- The stream's head, locked until the end of the transaction, with the wall clock and the law in force.
SELECT
    stream, kind, loan_id, borrower_id, head, head_hash, epoch, decision_head, episode, policy, chain, run_id, state,
    clock_timestamp() AS wall,
    (
        SELECT array_agg(latest.digest ORDER BY latest.kind)
        FROM (
            SELECT DISTINCT ON (kind) kind, digest
            FROM law_in_force
            WHERE in_force_from <= greatest(clock_timestamp(), :now::timestamptz)
            ORDER BY kind, in_force_from DESC, number DESC
        ) AS latest
    ) AS law
FROM stream
WHERE stream = :stream
FOR NO KEY UPDATE OF stream;

-- name: state_of(stream)^
SELECT
    stream, kind, loan_id, borrower_id, head, head_hash, epoch, decision_head, episode, policy, chain, run_id, state
FROM stream
WHERE stream = :stream;

-- name: lock_open_loans(borrower_id)
-- In the order of their names, as everybody locks them.
SELECT
    stream, kind, loan_id, borrower_id, head, head_hash, epoch, decision_head, episode, policy, chain, run_id, state
FROM stream
WHERE borrower_id = :borrower_id AND kind = 'loan' AND state = 'open'
ORDER BY stream
FOR NO KEY UPDATE;

-- name: save(stream, head, head_hash, epoch, decision_head, episode, policy, chain, run_id, state)!
UPDATE stream
SET
    head = :head, head_hash = :head_hash, epoch = :epoch, decision_head = :decision_head, episode = :episode,
    policy = :policy, chain = :chain, run_id = :run_id, state = :state
WHERE stream = :stream;

-- name: names(kind)
SELECT stream FROM stream WHERE kind = :kind ORDER BY stream;

-- name: open_loans()
SELECT
    s.stream, s.loan_id, s.borrower_id, s.epoch, s.head, s.head_hash, s.chain, s.run_id,
    f.body ->> 'request' AS request
FROM stream AS s
LEFT JOIN fact AS f ON f.stream = s.stream AND f.fact_id = 'episode:' || to_char(s.episode, 'YYYY-MM-DD')
WHERE s.kind = 'loan' AND s.state = 'open'
ORDER BY s.stream;

-- name: other_open_loans(borrower_id, stream)
SELECT
    stream, kind, loan_id, borrower_id, head, head_hash, epoch, decision_head, episode, policy, chain, run_id, state
FROM stream
WHERE borrower_id = :borrower_id AND kind = 'loan' AND state = 'open' AND stream <> :stream
ORDER BY stream;
