-- name: publish(digest, kind, name, version, body, published_by)!
INSERT INTO artefact (digest, kind, name, version, body, published_by)
VALUES (:digest, :kind, :name, :version, :body, :published_by)
ON CONFLICT (digest) DO NOTHING;

-- name: all_bodies()
SELECT digest, kind, name, version, body FROM artefact ORDER BY number;

-- name: body_of(digest)^
SELECT digest, kind, name, version, body FROM artefact WHERE digest = :digest;

-- name: resolve_digest(kind, digest)$
SELECT digest FROM usable_artefact WHERE kind = :kind AND digest = :digest;

-- name: resolve_version(kind, name, version)$
SELECT digest FROM usable_artefact WHERE kind = :kind AND name = :name AND version = :version;

-- name: resolve_newest(kind, name)$
SELECT digest FROM usable_artefact WHERE kind = :kind AND name = :name ORDER BY number DESC LIMIT 1;

-- name: enact(kind, digest, in_force_from, recorded_by)!
INSERT INTO law_in_force (kind, digest, in_force_from, recorded_by)
SELECT :kind, :digest, :in_force_from, :recorded_by
WHERE :digest IS DISTINCT FROM (
    SELECT digest
    FROM law_in_force
    WHERE kind = :kind AND in_force_from <= :in_force_from
    ORDER BY in_force_from DESC, number DESC
    LIMIT 1
);

-- name: in_force(now)
-- Of each kind the digest that came into force last, told as of the later of `now` and the wall clock.
SELECT DISTINCT ON (kind) kind, digest
FROM law_in_force
WHERE in_force_from <= greatest(clock_timestamp(), :now::timestamptz)
ORDER BY kind, in_force_from DESC, number DESC;
