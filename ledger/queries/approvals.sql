-- name: submit(digest, texts, submitted_by, why)!
INSERT INTO strategy_submission (digest, texts, submitted_by, why) VALUES (:digest, :texts, :submitted_by, :why);

-- name: approve(digest, submitted_by, approved_by, why)!
INSERT INTO strategy_approval (digest, submitted_by, approved_by, why)
VALUES (:digest, :submitted_by, :approved_by, :why);

-- name: submission(name, version)^
SELECT a.digest, a.body, a.name, a.version, a.kind, s.texts, s.submitted_by, p.approved_by
FROM artefact AS a
LEFT JOIN strategy_submission AS s ON s.digest = a.digest
LEFT JOIN strategy_approval AS p ON p.digest = a.digest
WHERE a.kind = 'policy' AND a.name = :name AND a.version = :version;

-- name: all_strategies()
SELECT
    a.digest, a.name, a.version, a.published_by, a.published_at,
    s.submitted_by, s.why AS submitted_why, p.approved_by, p.why AS approved_why, p.approved_at,
    (SELECT count(*) FROM stream AS c WHERE c.kind = 'loan' AND c.state = 'open' AND c.policy = a.digest) AS open_cases
FROM artefact AS a
LEFT JOIN strategy_submission AS s ON s.digest = a.digest
LEFT JOIN strategy_approval AS p ON p.digest = a.digest
WHERE a.kind = 'policy'
ORDER BY a.number;

-- name: pinned(policy)
SELECT loan_id FROM stream WHERE kind = 'loan' AND state = 'open' AND policy = :policy ORDER BY stream;

-- name: open_cases()
SELECT loan_id FROM stream WHERE kind = 'loan' AND state = 'open' ORDER BY stream;
