-- Jobs and events are numbered in the order of their insertion, which for
-- those of one appointment is the order of the commits, whatever the clocks
-- of the servers show. And what nothing needs any more can be found.
--
-- A number is greater than all that are there. It may be given again after
-- the last row was deleted, which nothing that is still there can notice.

-- +goose Up
-- +goose StatementBegin

CREATE TABLE event_numbered (
    number     INTEGER NOT NULL PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    company_id TEXT    NOT NULL REFERENCES company (id),
    kind       TEXT    NOT NULL,
    subject_id TEXT    NOT NULL,
    snapshot   TEXT    NOT NULL, -- JSON
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO event_numbered (id, company_id, kind, subject_id, snapshot, created_at)
    SELECT id, company_id, kind, subject_id, snapshot, created_at FROM event ORDER BY created_at, id;
DROP TABLE event;
ALTER TABLE event_numbered RENAME TO event;
CREATE INDEX event_by_subject ON event (subject_id, number);
CREATE INDEX event_by_age ON event (created_at);

CREATE TABLE job_numbered (
    number      INTEGER NOT NULL PRIMARY KEY,
    id          TEXT    NOT NULL UNIQUE,
    company_id  TEXT    NOT NULL REFERENCES company (id),
    kind        TEXT    NOT NULL,
    lane        TEXT    NOT NULL,
    chain       TEXT    NOT NULL,
    dedup       TEXT    NOT NULL,
    subject_id  TEXT    NOT NULL,
    payload     TEXT    NOT NULL, -- JSON
    state       TEXT    NOT NULL,
    attempt     INTEGER NOT NULL,
    run_at      INTEGER NOT NULL,
    lease_until INTEGER,
    last_error  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    finished_at INTEGER,
    CONSTRAINT job_dedup_unique UNIQUE (dedup),
    CONSTRAINT job_state CHECK (state IN ('pending', 'done', 'dead')),
    CONSTRAINT job_finished CHECK ((state = 'pending') = (finished_at IS NULL))
) STRICT;
INSERT INTO job_numbered (id, company_id, kind, lane, chain, dedup, subject_id, payload, state, attempt, run_at, lease_until, last_error, created_at, finished_at)
    SELECT id, company_id, kind, lane, chain, dedup, subject_id, payload, state, attempt, run_at, lease_until, last_error, created_at, finished_at
    FROM job ORDER BY created_at, id;

CREATE TABLE job_attempt_numbered (
    job_id  TEXT    NOT NULL REFERENCES job_numbered (id),
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    status  INTEGER NOT NULL,
    error   TEXT    NOT NULL,
    PRIMARY KEY (job_id, number)
) STRICT, WITHOUT ROWID;
INSERT INTO job_attempt_numbered SELECT job_id, number, at, status, error FROM job_attempt;

DROP TABLE job_attempt;
DROP TABLE job;
ALTER TABLE job_numbered RENAME TO job; -- and in what refers to it
ALTER TABLE job_attempt_numbered RENAME TO job_attempt;

CREATE INDEX job_due ON job (run_at, id) WHERE state = 'pending';
CREATE INDEX job_by_lane ON job (lane, chain, number) WHERE state = 'pending';
CREATE INDEX job_ready ON job (lane, run_at, number) WHERE state = 'pending' AND lease_until IS NULL;
CREATE INDEX job_failed ON job (lane) WHERE state = 'pending' AND lease_until IS NULL AND last_error <> '';
CREATE INDEX job_leased ON job (lane, lease_until) WHERE state = 'pending' AND lease_until IS NOT NULL;
CREATE INDEX job_deliveries ON job (lane, number) WHERE lane <> '';
CREATE INDEX job_finished ON job (state, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX job_by_subject ON job (subject_id);

-- +goose StatementEnd

-- +goose Down
SELECT 1;
