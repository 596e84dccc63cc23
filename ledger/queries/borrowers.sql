-- name: requests(borrower_id)
-- The request of the newest episode of each of the borrower's loans; those of open cases first.
SELECT newest.request
FROM (
    SELECT DISTINCT ON (s.stream) s.stream, s.state, f.body -> 'request' AS request
    FROM stream AS s INNER JOIN fact AS f ON f.stream = s.stream AND f.kind = 'episode_opened'
    WHERE s.borrower_id = :borrower_id AND s.kind = 'loan'
    ORDER BY s.stream, f.seq DESC
) AS newest
ORDER BY newest.state = 'open' DESC, newest.stream;

-- name: collectors(borrower_id, results)
-- Who has spoken with the borrower on any of their loans, closed ones too.
SELECT DISTINCT f.body ->> 'collector' AS collector
FROM stream AS s INNER JOIN fact AS f ON f.stream = s.stream AND f.kind = 'contact_recorded'
WHERE s.borrower_id = :borrower_id AND s.kind = 'loan' AND f.body ->> 'result' = ANY(:results::text[])
ORDER BY collector;

-- name: loans(borrower_id)
-- The borrower's loans, by id; whether a case of each is open.
SELECT loan_id, state = 'open' AS open FROM stream
WHERE borrower_id = :borrower_id AND kind = 'loan' ORDER BY loan_id;

-- name: announce(loan_ids, borrower_id, fact_id)!
INSERT INTO outbox (loan_id, borrower_id, fact_id)
SELECT n.loan_id, :borrower_id, :fact_id FROM unnest(:loan_ids::text[]) AS n (loan_id);

-- name: pending(most)
SELECT id, loan_id, borrower_id, fact_id FROM outbox ORDER BY id LIMIT :most;

-- name: done(ids)!
DELETE FROM outbox WHERE id = ANY(:ids::bigint[]);
