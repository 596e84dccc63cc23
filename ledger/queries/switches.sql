-- name: flip(name, is_on, flipped_by, why)!
INSERT INTO switch (name, is_on, flipped_by, why) VALUES (:name, :is_on, :flipped_by, :why);

-- name: latest()
SELECT DISTINCT ON (name) name, is_on FROM switch ORDER BY name, number DESC;
