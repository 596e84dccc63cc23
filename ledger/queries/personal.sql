-- name: put_parties(party_ids, names)!
-- In the order of the ids: two that take in the same people at once wait for each other instead of locking crosswise.
INSERT INTO party_personal (party_id, name)
SELECT n.party_id, n.name FROM unnest(:party_ids::text[], :names::text[]) AS n (party_id, name) ORDER BY n.party_id
ON CONFLICT (party_id) DO UPDATE SET name = excluded.name, updated_at = clock_timestamp();

-- name: put_points(point_ids, party_ids, points)
-- Answers the points that are stored; those of another party are not.
INSERT INTO contact_point_value (contact_point_id, party_id, value)
SELECT n.contact_point_id, n.party_id, n.value
FROM unnest(:point_ids::text[], :party_ids::text[], :points::text[]) AS n (contact_point_id, party_id, value)
ORDER BY n.contact_point_id
ON CONFLICT (contact_point_id) DO UPDATE
SET value = excluded.value, updated_at = clock_timestamp()
WHERE contact_point_value.party_id = excluded.party_id
RETURNING contact_point_value.contact_point_id;

-- name: strangers(point_ids, party_ids)
-- Contact points among these that stand under another party.
SELECT c.contact_point_id
FROM unnest(:point_ids::text[], :party_ids::text[]) AS n (contact_point_id, party_id)
INNER JOIN contact_point_value AS c ON c.contact_point_id = n.contact_point_id AND c.party_id <> n.party_id
ORDER BY c.contact_point_id;

-- name: address_of(contact_point_id)$
SELECT value FROM contact_point_value WHERE contact_point_id = :contact_point_id;

-- name: points_of(party_id)
SELECT contact_point_id, value FROM contact_point_value WHERE party_id = :party_id ORDER BY contact_point_id;

-- name: name_of(party_id)$
SELECT name FROM party_personal WHERE party_id = :party_id;

-- name: put_note(note_id, party_id, body)!
INSERT INTO note (note_id, party_id, body) VALUES (:note_id, :party_id, :body)
ON CONFLICT (note_id) DO UPDATE SET party_id = excluded.party_id, body = excluded.body;

-- name: note_of(note_id)$
SELECT body FROM note WHERE note_id = :note_id;

-- name: erase(party_id)$
WITH
party AS (DELETE FROM party_personal WHERE party_id = :party_id RETURNING 1),
point AS (DELETE FROM contact_point_value WHERE party_id = :party_id RETURNING 1),
notes AS (DELETE FROM note WHERE party_id = :party_id RETURNING 1)
SELECT (SELECT count(*) FROM party) + (SELECT count(*) FROM point) + (SELECT count(*) FROM notes);

-- name: erase_note(note_id)!
DELETE FROM note WHERE note_id = :note_id;
