-- name: announce(loan_ids, borrower_id, fact_id)!
INSERT INTO outbox (loan_id, borrower_id, fact_id)
SELECT n.loan_id, :borrower_id, :fact_id FROM unnest(:loan_ids::text[]) AS n (loan_id);

-- name: pending(most)
SELECT id, loan_id, borrower_id, fact_id FROM outbox ORDER BY id LIMIT :most;

-- name: done(ids)!
DELETE FROM outbox WHERE id = ANY(:ids::bigint[]);
