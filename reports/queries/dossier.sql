-- name: clock()^
SELECT clock_timestamp() AS at;

-- name: artefacts(digests)
-- The published texts under these digests. `in_force_from`: when a rulebook first became law.
SELECT
    a.digest, a.kind, a.name, a.version, a.body,
    (SELECT min(l.in_force_from) FROM law_in_force AS l WHERE l.digest = a.digest) AS in_force_from
FROM artefact AS a
WHERE a.digest = ANY(:digests::text[])
ORDER BY a.kind, a.number;

-- name: names(party_ids)
SELECT party_id, name FROM party_personal WHERE party_id = ANY(:party_ids::text[]);
