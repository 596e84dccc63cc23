-- name: newer(streams, heads)
-- The facts of each stream above its head, stream by stream, in order.
SELECT f.*
FROM unnest(:streams::text[], :heads::bigint[]) AS known (stream, head)
INNER JOIN fact AS f ON f.stream = known.stream AND f.seq > known.head
ORDER BY f.stream, f.seq;
