-- The schema that the migrations give, for reading. A test compares the two; nothing executes this file otherwise.

-- Which migration files were applied, by the sha256 of their bytes.
CREATE TABLE migration (
    name       text        PRIMARY KEY,
    sha256     text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of table "%" is refused: it only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'Record a new fact that corrects the old one.';
END
$$;

-- The head of each stream: what its facts fold to for the ledger itself. The one row that serialises its writers.
CREATE TABLE stream (
    stream        text        PRIMARY KEY,
    kind          text        NOT NULL CHECK (kind IN ('loan', 'borrower')),
    loan_id       text,
    borrower_id   text        NOT NULL,
    head          bigint      NOT NULL DEFAULT 0 CHECK (head >= 0),
    head_hash     text        NOT NULL DEFAULT '',
    epoch         bigint      NOT NULL DEFAULT 0,
    decision_head bigint      NOT NULL DEFAULT 0,
    episode       date,
    policy        text,
    chain         text,
    run_id        text,
    state         text        NOT NULL DEFAULT 'closed' CHECK (state IN ('open', 'closed')),
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((kind = 'loan') = (loan_id IS NOT NULL)),
    CHECK (decision_head <= head)
) WITH (fillfactor = 70); -- room on the page: a head moves without touching an index
CREATE INDEX stream_loans_of_borrower ON stream (borrower_id) WHERE kind = 'loan';
CREATE INDEX stream_open_loans ON stream (stream) WHERE kind = 'loan' AND state = 'open';

CREATE TABLE fact (
    stream      text        NOT NULL REFERENCES stream,
    seq         bigint      NOT NULL CHECK (seq > 0),
    fact_id     text        NOT NULL,
    kind        text        NOT NULL,
    body        jsonb       NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    source      text        NOT NULL,
    actor       text        NOT NULL,
    epoch       bigint      NOT NULL,
    decided_on  text,
    build       text,
    prev        text        NOT NULL,
    hash        text        NOT NULL CHECK (length(hash) = 64),
    PRIMARY KEY (stream, seq),
    UNIQUE (stream, fact_id)
);
CREATE INDEX fact_refused_attempts ON fact (fact_id) WHERE kind = 'attempt_refused';

-- An attempt counts against the caps from its reservation until it ends without having gone out.
CREATE TABLE contact_attempt (
    attempt          text        PRIMARY KEY,
    stream           text        NOT NULL REFERENCES stream,
    loan_id          text        NOT NULL,
    borrower_id      text        NOT NULL,
    channel          text        NOT NULL,
    contact_point_id text        NOT NULL,
    at               timestamptz NOT NULL,
    recorded_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    party_id         text,
    use              text
);
CREATE INDEX contact_attempt_of_borrower ON contact_attempt (borrower_id, at);

CREATE TABLE contact_attempt_end (
    attempt     text        PRIMARY KEY REFERENCES contact_attempt,
    at          timestamptz NOT NULL,
    code        text        NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Policies and rulebooks: `digest` is the sha256 (hex) of `body`, byte for byte.
CREATE TABLE artefact (
    digest       text        PRIMARY KEY,
    number       bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    kind         text        NOT NULL CHECK (kind IN ('policy', 'rulebook')),
    name         text        NOT NULL,
    version      text        NOT NULL,
    body         text        NOT NULL,
    published_by text        NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (kind, name, version)
);

CREATE TABLE law_in_force (
    number        bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    kind          text        NOT NULL,
    digest        text        NOT NULL REFERENCES artefact,
    in_force_from timestamptz NOT NULL,
    recorded_by   text        NOT NULL,
    recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX law_in_force_latest ON law_in_force (kind, in_force_from DESC, number DESC);

-- Strategies that people publish are used only once somebody else has approved them; those of the code have no row. `texts`:
-- sha256 of what they say to borrowers and collectors.
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

-- The latest row of a name counts.
CREATE TABLE switch (
    number     bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name       text        NOT NULL CHECK (name IN ('stop_all', 'shadow')),
    is_on      boolean     NOT NULL,
    flipped_by text        NOT NULL,
    why        text        NOT NULL,
    flipped_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX switch_latest ON switch (name, number DESC);

CREATE TRIGGER fact_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON fact
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contact_attempt_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON contact_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contact_attempt_end_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON contact_attempt_end
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER artefact_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON artefact
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER law_in_force_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON law_in_force
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER switch_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON switch
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER strategy_submission_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON strategy_submission
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER strategy_approval_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON strategy_approval
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Nudges that running cases have still to be given.
CREATE TABLE outbox (
    id          bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    loan_id     text        NOT NULL,
    borrower_id text        NOT NULL,
    fact_id     text        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Personal data: erasable, and nothing above refers to it by a key, so that erasing breaks no chain.
CREATE TABLE party_personal (
    party_id   text        PRIMARY KEY,
    name       text        NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE contact_point_value (
    contact_point_id text        PRIMARY KEY,
    party_id         text        NOT NULL,
    value            text        NOT NULL,
    updated_at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX contact_point_value_of_party ON contact_point_value (party_id);

CREATE TABLE note (
    note_id    text        PRIMARY KEY,
    party_id   text,
    body       text        NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX note_of_party ON note (party_id);
