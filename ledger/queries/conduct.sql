-- name: laws()
SELECT digest, in_force_from AS since, recorded_at FROM law_in_force WHERE kind = 'rulebook' ORDER BY number;

-- name: stops()
SELECT is_on, flipped_at FROM switch WHERE name = 'stop_all' ORDER BY number;

-- name: borrowers()
SELECT DISTINCT borrower_id FROM stream WHERE kind = 'loan' ORDER BY borrower_id;

-- name: told(borrower_ids, kinds)
-- A writer of a borrower's attempts or facts holds the borrower's stream, so the wall clock under that lock orders them.
SELECT
    s.borrower_id, f.stream, f.seq, f.fact_id, f.body, f.occurred_at, f.recorded_at, f.source, f.actor, f.epoch,
    f.decided_on, f.build, f.hash
FROM stream AS s
INNER JOIN fact AS f ON f.stream = s.stream
WHERE s.borrower_id = ANY(:borrower_ids::text[]) AND (s.kind = 'borrower' OR f.kind = ANY(:kinds::text[]))
ORDER BY f.recorded_at, f.stream, f.seq;
