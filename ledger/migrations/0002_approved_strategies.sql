-- Strategies that people publish are used only once somebody else has approved them. Those that come with the code have no
-- row here. Numbers of versions are taken with the submission, whatever becomes of it.

CREATE TABLE strategy_submission (
    digest       text        PRIMARY KEY REFERENCES artefact,
    texts        text        NOT NULL,
    submitted_by text        NOT NULL,
    why          text        NOT NULL,
    submitted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (digest, submitted_by)
);

CREATE TABLE strategy_approval (
    digest       text        PRIMARY KEY,
    submitted_by text        NOT NULL,
    approved_by  text        NOT NULL,
    why          text        NOT NULL,
    approved_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (approved_by <> submitted_by),
    FOREIGN KEY (digest, submitted_by) REFERENCES strategy_submission (digest, submitted_by)
);

-- What may be named: all but strategies that wait for their approval.
CREATE VIEW usable_artefact AS
SELECT a.digest, a.number, a.kind, a.name, a.version
FROM artefact AS a
WHERE NOT EXISTS (
    SELECT FROM strategy_submission AS s
    WHERE s.digest = a.digest AND NOT EXISTS (SELECT FROM strategy_approval AS p WHERE p.digest = s.digest)
);

CREATE TRIGGER strategy_submission_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON strategy_submission
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER strategy_approval_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON strategy_approval
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
