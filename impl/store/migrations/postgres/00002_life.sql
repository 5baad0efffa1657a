-- The life of a booking beyond its making: holds, queues that choose, events
-- and the jobs that tell the world.

-- +goose Up
-- +goose StatementBegin

CREATE TABLE hold (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company_id      TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    meeting_type_id TEXT COLLATE "C" NOT NULL REFERENCES meeting_type (id),
    start_at        BIGINT           NOT NULL,
    end_at          BIGINT           NOT NULL,
    buffer_before   BIGINT           NOT NULL,
    buffer_after    BIGINT           NOT NULL,
    waits_for       TEXT COLLATE "C" NOT NULL,
    then_attendee   BIGINT           NOT NULL,
    status          TEXT COLLATE "C" NOT NULL,
    approved_at     BIGINT,
    request         TEXT COLLATE "C" NOT NULL,
    body            TEXT COLLATE "C" NOT NULL,
    joins_id        TEXT COLLATE "C" NOT NULL, -- the group whose seat is held, ''
    link_id         TEXT COLLATE "C" NOT NULL, -- the one-time link it used up, ''
    attendee        TEXT COLLATE "C" NOT NULL, -- JSON
    generation      BIGINT           NOT NULL,
    choice          TEXT COLLATE "C" NOT NULL, -- JSON, '' without a queue
    created_at      BIGINT           NOT NULL,
    expires_at      BIGINT           NOT NULL,
    deleted_at      BIGINT,
    CONSTRAINT hold_waits_for CHECK (waits_for IN ('host', 'attendee')),
    CONSTRAINT hold_status CHECK (status IN ('pending', 'confirmed', 'expired', 'declined_by_host'))
);
CREATE INDEX hold_by_group ON hold (joins_id) WHERE joins_id <> '' AND status = 'pending';
CREATE INDEX hold_by_creation ON hold (company_id, created_at, id);

CREATE TABLE hold_host (
    hold_id  TEXT COLLATE "C" NOT NULL REFERENCES hold (id),
    user_id  TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    position BIGINT           NOT NULL,
    PRIMARY KEY (hold_id, user_id)
);
CREATE INDEX hold_host_by_user ON hold_host (user_id, hold_id);

-- A group is a member of its queue; its users host together.
CREATE TABLE queue_group (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    queue_id    TEXT COLLATE "C" NOT NULL REFERENCES queue (id),
    name        TEXT COLLATE "C" NOT NULL,
    position    BIGINT           NOT NULL,
    priority    BIGINT           NOT NULL,
    capacity    BIGINT           NOT NULL,
    calibration BIGINT           NOT NULL,
    joined_at   BIGINT           NOT NULL
);
CREATE INDEX queue_group_by_queue ON queue_group (queue_id, position);

CREATE TABLE queue_group_user (
    group_id TEXT COLLATE "C" NOT NULL REFERENCES queue_group (id),
    user_id  TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    position BIGINT           NOT NULL,
    PRIMARY KEY (group_id, user_id)
);

-- Whose turn it was. A turn that was given back does not count.
CREATE TABLE assignment (
    subject_id  TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- booking or hold
    queue_id    TEXT COLLATE "C" NOT NULL REFERENCES queue (id),
    member_id   TEXT COLLATE "C" NOT NULL, -- user or group
    assigned_at BIGINT           NOT NULL,
    turn        BIGINT           NOT NULL, -- counts the turns of the queue
    trace       TEXT COLLATE "C" NOT NULL, -- JSON: who was weighed, and how
    returned_at BIGINT
);
CREATE INDEX assignment_by_queue ON assignment (queue_id, member_id, assigned_at);

CREATE TABLE one_time_link (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company_id      TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    meeting_type_id TEXT COLLATE "C" NOT NULL REFERENCES meeting_type (id),
    name            TEXT COLLATE "C" NOT NULL,
    created_at      BIGINT           NOT NULL,
    used_at         BIGINT
);

CREATE TABLE contact (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company_id TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    email      TEXT COLLATE "C" NOT NULL,
    email_key  TEXT COLLATE "C" NOT NULL, -- in lower case
    phone      TEXT COLLATE "C" NOT NULL,
    first_name TEXT COLLATE "C" NOT NULL,
    last_name  TEXT COLLATE "C" NOT NULL,
    source     TEXT COLLATE "C" NOT NULL,
    owner_id   TEXT COLLATE "C" NOT NULL,
    details    TEXT COLLATE "C" NOT NULL, -- JSON: tags, notes, utm
    created_at BIGINT           NOT NULL
);
CREATE UNIQUE INDEX contact_email_unique ON contact (company_id, email_key) WHERE email_key <> '';
CREATE UNIQUE INDEX contact_phone_unique ON contact (company_id, phone) WHERE email_key = '' AND phone <> '';

CREATE TABLE webhook (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    number      BIGINT           NOT NULL,
    company_id  TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    endpoint    TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    events      TEXT COLLATE "C" NOT NULL, -- comma list
    enabled     BIGINT           NOT NULL,
    sealed_key  TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT           NOT NULL,
    CONSTRAINT webhook_number_unique UNIQUE (number)
);
CREATE INDEX webhook_by_company ON webhook (company_id, created_at);

CREATE TABLE event (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company_id TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    kind       TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    snapshot   TEXT COLLATE "C" NOT NULL, -- JSON
    created_at BIGINT           NOT NULL
);
CREATE INDEX event_by_subject ON event (subject_id, created_at);

CREATE TABLE job (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company_id  TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    kind        TEXT COLLATE "C" NOT NULL,
    lane        TEXT COLLATE "C" NOT NULL,
    chain       TEXT COLLATE "C" NOT NULL,
    dedup       TEXT COLLATE "C" NOT NULL,
    subject_id  TEXT COLLATE "C" NOT NULL,
    payload     TEXT COLLATE "C" NOT NULL, -- JSON
    state       TEXT COLLATE "C" NOT NULL,
    attempt     BIGINT           NOT NULL,
    run_at      BIGINT           NOT NULL,
    lease_until BIGINT,
    last_error  TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT           NOT NULL,
    finished_at BIGINT,
    CONSTRAINT job_dedup_unique UNIQUE (dedup),
    CONSTRAINT job_state CHECK (state IN ('pending', 'done', 'dead')),
    CONSTRAINT job_finished CHECK ((state = 'pending') = (finished_at IS NULL))
);
CREATE INDEX job_due ON job (run_at, id) WHERE state = 'pending';
CREATE INDEX job_by_lane ON job (lane, chain, created_at, id) WHERE state = 'pending';
CREATE INDEX job_deliveries ON job (lane, created_at) WHERE kind = 'webhook';
CREATE INDEX job_finished ON job (finished_at) WHERE state = 'done';

CREATE TABLE job_attempt (
    job_id TEXT COLLATE "C" NOT NULL REFERENCES job (id),
    number BIGINT           NOT NULL,
    at     BIGINT           NOT NULL,
    status BIGINT           NOT NULL,
    error  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (job_id, number)
);

-- Mail that was captured instead of sent.
CREATE TABLE message (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- of the job that made it
    sender     TEXT COLLATE "C" NOT NULL,
    recipient  TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,
    sealed     TEXT COLLATE "C" NOT NULL, -- the mail, which holds secrets
    created_at BIGINT           NOT NULL
);
CREATE INDEX message_by_age ON message (created_at, id);

-- +goose StatementEnd

-- +goose Down
SELECT 1;
