-- The life of a booking beyond its making: holds, queues that choose, events
-- and the jobs that tell the world.

-- +goose Up
-- +goose StatementBegin

CREATE TABLE hold (
    id              TEXT    NOT NULL PRIMARY KEY,
    company_id      TEXT    NOT NULL REFERENCES company (id),
    meeting_type_id TEXT    NOT NULL REFERENCES meeting_type (id),
    start_at        INTEGER NOT NULL,
    end_at          INTEGER NOT NULL,
    buffer_before   INTEGER NOT NULL,
    buffer_after    INTEGER NOT NULL,
    waits_for       TEXT    NOT NULL,
    then_attendee   INTEGER NOT NULL,
    status          TEXT    NOT NULL,
    approved_at     INTEGER,
    request         TEXT    NOT NULL,
    body            TEXT    NOT NULL,
    joins_id        TEXT    NOT NULL, -- the group whose seat is held, ''
    link_id         TEXT    NOT NULL, -- the one-time link it used up, ''
    attendee        TEXT    NOT NULL, -- JSON
    generation      INTEGER NOT NULL,
    choice          TEXT    NOT NULL, -- JSON, '' without a queue
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    deleted_at      INTEGER,
    CONSTRAINT hold_waits_for CHECK (waits_for IN ('host', 'attendee')),
    CONSTRAINT hold_status CHECK (status IN ('pending', 'confirmed', 'expired', 'declined_by_host'))
) STRICT;
CREATE INDEX hold_by_group ON hold (joins_id) WHERE joins_id <> '' AND status = 'pending';
CREATE INDEX hold_by_creation ON hold (company_id, created_at, id);

CREATE TABLE hold_host (
    hold_id  TEXT    NOT NULL REFERENCES hold (id),
    user_id  TEXT    NOT NULL REFERENCES app_user (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (hold_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_host_by_user ON hold_host (user_id, hold_id);

-- A group is a member of its queue; its users host together.
CREATE TABLE queue_group (
    id          TEXT    NOT NULL PRIMARY KEY,
    queue_id    TEXT    NOT NULL REFERENCES queue (id),
    name        TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    priority    INTEGER NOT NULL,
    capacity    INTEGER NOT NULL,
    calibration INTEGER NOT NULL,
    joined_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX queue_group_by_queue ON queue_group (queue_id, position);

CREATE TABLE queue_group_user (
    group_id TEXT    NOT NULL REFERENCES queue_group (id),
    user_id  TEXT    NOT NULL REFERENCES app_user (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;

-- Whose turn it was. A turn that was given back does not count.
CREATE TABLE assignment (
    subject_id  TEXT    NOT NULL PRIMARY KEY, -- booking, group or hold
    queue_id    TEXT    NOT NULL REFERENCES queue (id),
    member_id   TEXT    NOT NULL, -- user or group
    assigned_at INTEGER NOT NULL,
    turn        INTEGER NOT NULL, -- counts the turns of the queue
    trace       TEXT    NOT NULL, -- JSON: who was weighed, and how
    returned_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_by_queue ON assignment (queue_id, member_id, assigned_at);

CREATE TABLE one_time_link (
    id              TEXT    NOT NULL PRIMARY KEY,
    company_id      TEXT    NOT NULL REFERENCES company (id),
    meeting_type_id TEXT    NOT NULL REFERENCES meeting_type (id),
    name            TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    used_at         INTEGER
) STRICT;

CREATE TABLE contact (
    id         TEXT    NOT NULL PRIMARY KEY,
    company_id TEXT    NOT NULL REFERENCES company (id),
    email      TEXT    NOT NULL,
    email_key  TEXT    NOT NULL, -- in lower case
    phone      TEXT    NOT NULL,
    first_name TEXT    NOT NULL,
    last_name  TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    owner_id   TEXT    NOT NULL,
    details    TEXT    NOT NULL, -- JSON: tags, notes, utm
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX contact_email_unique ON contact (company_id, email_key) WHERE email_key <> '';
CREATE UNIQUE INDEX contact_phone_unique ON contact (company_id, phone) WHERE email_key = '' AND phone <> '';

CREATE TABLE webhook (
    id          TEXT    NOT NULL PRIMARY KEY,
    number      INTEGER NOT NULL,
    company_id  TEXT    NOT NULL REFERENCES company (id),
    endpoint    TEXT    NOT NULL,
    description TEXT    NOT NULL,
    events      TEXT    NOT NULL, -- comma list
    enabled     INTEGER NOT NULL,
    sealed_key  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    CONSTRAINT webhook_number_unique UNIQUE (number)
) STRICT;
CREATE INDEX webhook_by_company ON webhook (company_id, created_at);

CREATE TABLE event (
    id         TEXT    NOT NULL PRIMARY KEY,
    company_id TEXT    NOT NULL REFERENCES company (id),
    kind       TEXT    NOT NULL,
    subject_id TEXT    NOT NULL,
    snapshot   TEXT    NOT NULL, -- JSON
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX event_by_subject ON event (subject_id, created_at);

CREATE TABLE job (
    id          TEXT    NOT NULL PRIMARY KEY,
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
CREATE INDEX job_due ON job (run_at, id) WHERE state = 'pending';
CREATE INDEX job_by_lane ON job (lane, chain, created_at, id) WHERE state = 'pending';
CREATE INDEX job_deliveries ON job (lane, created_at) WHERE kind = 'webhook';
CREATE INDEX job_finished ON job (finished_at) WHERE state = 'done';

CREATE TABLE job_attempt (
    job_id  TEXT    NOT NULL REFERENCES job (id),
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    status  INTEGER NOT NULL,
    error   TEXT    NOT NULL,
    PRIMARY KEY (job_id, number)
) STRICT, WITHOUT ROWID;

-- Mail that was captured instead of sent.
CREATE TABLE message (
    id         TEXT    NOT NULL PRIMARY KEY, -- of the job that made it
    sender     TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    sealed     TEXT    NOT NULL, -- the mail, which holds secrets
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX message_by_age ON message (created_at, id);

-- +goose StatementEnd

-- +goose Down
SELECT 1;
