-- name: window(stream, after, ids)
-- What an append has to know: the row at `after`, all above it, and whatever stands under the ids given.
SELECT
    stream, seq, fact_id, body, occurred_at, recorded_at, source, actor, epoch, decided_on, build, hash
FROM fact
WHERE stream = :stream AND (seq >= :after OR fact_id = ANY(:ids::text[]))
ORDER BY seq;

-- name: up_to(stream, last)
SELECT
    stream, seq, fact_id, body, occurred_at, recorded_at, source, actor, epoch, decided_on, build, hash
FROM fact
WHERE stream = :stream AND seq <= :last
ORDER BY seq;

-- name: of_kinds(stream, kinds)
SELECT
    stream, seq, fact_id, body, occurred_at, recorded_at, source, actor, epoch, decided_on, build, hash
FROM fact
WHERE stream = :stream AND kind = ANY(:kinds::text[])
ORDER BY seq;

-- name: write(stream, seqs, fact_ids, kinds, bodies, occurred, recorded_at, sources, actors, epochs, decided_on, builds, prevs, hashes, head, head_hash, epoch, decision_head, episode, policy, chain, run_id, state)!
-- Facts and the head that they move, in one statement.
WITH moved AS (
    UPDATE stream
    SET
        head = :head, head_hash = :head_hash, epoch = :epoch, decision_head = :decision_head, episode = :episode,
        policy = :policy, chain = :chain, run_id = :run_id, state = :state
    WHERE stream = :stream
)
INSERT INTO fact (
    stream, seq, fact_id, kind, body, occurred_at, recorded_at, source, actor, epoch, decided_on, build, prev, hash
)
SELECT
    :stream, n.seq, n.fact_id, n.kind, n.body, n.occurred_at, :recorded_at, n.source, n.actor, n.epoch, n.decided_on,
    n.build, n.prev, n.hash
FROM unnest(
    :seqs::bigint[], :fact_ids::text[], :kinds::text[], :bodies::jsonb[], :occurred::timestamptz[], :sources::text[],
    :actors::text[], :epochs::bigint[], :decided_on::text[], :builds::text[], :prevs::text[], :hashes::text[]
) AS n (seq, fact_id, kind, body, occurred_at, source, actor, epoch, decided_on, build, prev, hash);

-- name: all_links()
-- Every fact beside its stream's head; a side is null where the other has no partner.
SELECT
    coalesce(s.stream, f.stream) AS stream, s.head, s.head_hash,
    f.seq, f.fact_id, f.kind, f.body, f.occurred_at, f.recorded_at, f.source, f.actor, f.epoch, f.decided_on, f.build,
    f.prev, f.hash
FROM stream AS s
FULL JOIN fact AS f ON f.stream = s.stream
ORDER BY coalesce(s.stream, f.stream), f.seq;

-- name: links_of(stream)
-- The same of one stream.
SELECT
    coalesce(s.stream, f.stream) AS stream, s.head, s.head_hash,
    f.seq, f.fact_id, f.kind, f.body, f.occurred_at, f.recorded_at, f.source, f.actor, f.epoch, f.decided_on, f.build,
    f.prev, f.hash
FROM (SELECT stream, head, head_hash FROM stream WHERE stream = :stream) AS s
FULL JOIN (SELECT * FROM fact WHERE stream = :stream) AS f ON f.stream = s.stream
ORDER BY f.seq;

-- name: missing_mirrors(borrower_stream, stream)
-- Facts of the borrower that a loan's stream has no mirror of.
SELECT
    b.stream, b.seq, b.fact_id, b.body, b.occurred_at, b.recorded_at, b.source, b.actor, b.epoch, b.decided_on, b.build,
    b.hash
FROM fact AS b
WHERE
    b.stream = :borrower_stream
    AND NOT EXISTS (SELECT FROM fact AS m WHERE m.stream = :stream AND m.fact_id = 'borrower:' || b.fact_id)
ORDER BY b.seq;
