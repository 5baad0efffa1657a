-- The tables of a fresh database, as the migrations make them. A test writes this file.

CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);

CREATE TABLE company (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    slug       TEXT    NOT NULL,
    owner_id   TEXT    NOT NULL,
    settings   TEXT    NOT NULL, -- JSON
    created_at INTEGER NOT NULL, last_webhook INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT company_slug_unique UNIQUE (slug)
) STRICT;

CREATE TABLE app_user (
    id          TEXT    NOT NULL PRIMARY KEY,
    company_id  TEXT    NOT NULL REFERENCES company (id),
    email       TEXT    NOT NULL,
    email_key   TEXT    NOT NULL, -- email in lower case
    given_name  TEXT    NOT NULL,
    family_name TEXT    NOT NULL,
    slug        TEXT    NOT NULL,
    picture     TEXT    NOT NULL,
    zone        TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    role        TEXT    NOT NULL,
    schedule_id TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    left_at     INTEGER,
    CONSTRAINT app_user_role CHECK (role IN ('owner', 'admin', 'member'))
) STRICT;

CREATE UNIQUE INDEX app_user_email_unique ON app_user (company_id, email_key) WHERE left_at IS NULL;

CREATE UNIQUE INDEX app_user_slug_unique ON app_user (company_id, slug) WHERE left_at IS NULL;

CREATE TABLE api_key (
    id         TEXT    NOT NULL PRIMARY KEY,
    company_id TEXT    NOT NULL REFERENCES company (id),
    user_id    TEXT REFERENCES app_user (id), -- NULL for platform keys
    digest     TEXT    NOT NULL,              -- SHA-256 in hex
    hint       TEXT    NOT NULL,
    scopes     TEXT    NOT NULL, -- comma list, '' for all
    demo       INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    CONSTRAINT api_key_digest_unique UNIQUE (digest)
) STRICT;

CREATE TABLE schedule (
    id         TEXT    NOT NULL PRIMARY KEY,
    company_id TEXT    NOT NULL REFERENCES company (id),
    owner_id   TEXT    NOT NULL REFERENCES app_user (id),
    name       TEXT    NOT NULL,
    zone       TEXT    NOT NULL,
    hours      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE meeting_type (
    id          TEXT    NOT NULL PRIMARY KEY,
    company_id  TEXT    NOT NULL REFERENCES company (id),
    owner_id    TEXT    NOT NULL REFERENCES app_user (id),
    schedule_id TEXT REFERENCES schedule (id),
    slug        TEXT    NOT NULL,
    enabled     INTEGER NOT NULL,
    settings    TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    deleted_at  INTEGER
) STRICT;

CREATE UNIQUE INDEX meeting_type_slug_unique ON meeting_type (company_id, slug) WHERE deleted_at IS NULL;

CREATE TABLE queue (
    id              TEXT    NOT NULL PRIMARY KEY,
    company_id      TEXT    NOT NULL REFERENCES company (id),
    meeting_type_id TEXT    NOT NULL REFERENCES meeting_type (id),
    everyone        INTEGER NOT NULL, -- all members host together
    kind            TEXT    NOT NULL,
    period          TEXT    NOT NULL,
    max_lead        INTEGER NOT NULL,
    near_term       INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    CONSTRAINT queue_meeting_type_unique UNIQUE (meeting_type_id)
) STRICT;

CREATE TABLE queue_member (
    queue_id    TEXT    NOT NULL REFERENCES queue (id),
    user_id     TEXT    NOT NULL REFERENCES app_user (id),
    position    INTEGER NOT NULL,
    priority    INTEGER NOT NULL,
    capacity    INTEGER NOT NULL,
    calibration INTEGER NOT NULL,
    joined_at   INTEGER,
    link        TEXT    NOT NULL,
    PRIMARY KEY (queue_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE booking (
    id               TEXT    NOT NULL PRIMARY KEY,
    company_id       TEXT    NOT NULL REFERENCES company (id),
    meeting_type_id  TEXT    NOT NULL REFERENCES meeting_type (id),
    start_at         INTEGER NOT NULL,
    end_at           INTEGER NOT NULL,
    buffer_before    INTEGER NOT NULL, -- microseconds
    buffer_after     INTEGER NOT NULL,
    forced           INTEGER NOT NULL,
    name             TEXT    NOT NULL,
    channel          TEXT    NOT NULL,
    location         TEXT    NOT NULL,
    meeting_link     TEXT    NOT NULL,
    uid              TEXT    NOT NULL,
    sequence         INTEGER NOT NULL,
    ics_title        TEXT    NOT NULL,
    ics_description  TEXT    NOT NULL,
    skip_mail        INTEGER NOT NULL,
    notes            TEXT    NOT NULL,
    transcription    TEXT    NOT NULL,
    summary          TEXT    NOT NULL,
    rescheduled_at   INTEGER,
    reschedule_count INTEGER NOT NULL,
    cancelled_at     INTEGER,
    cancel_source    TEXT    NOT NULL,
    cancelled_by     TEXT    NOT NULL,
    cancel_reason    TEXT    NOT NULL,
    extra            TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    CONSTRAINT booking_length CHECK (end_at > start_at),
    CONSTRAINT booking_cancelled CHECK ((cancelled_at IS NULL) = (cancel_source = ''))
) STRICT;

CREATE INDEX booking_by_start ON booking (company_id, start_at, id);

CREATE INDEX booking_by_creation ON booking (company_id, created_at, id);

CREATE INDEX booking_by_type ON booking (meeting_type_id, start_at);

CREATE TABLE booking_host (
    booking_id TEXT    NOT NULL REFERENCES booking (id),
    user_id    TEXT    NOT NULL REFERENCES app_user (id),
    position   INTEGER NOT NULL,
    PRIMARY KEY (booking_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX booking_host_by_user ON booking_host (user_id, booking_id);

CREATE TABLE attendee (
    id                 TEXT    NOT NULL PRIMARY KEY,
    booking_id         TEXT    NOT NULL REFERENCES booking (id),
    position           INTEGER NOT NULL,
    email              TEXT    NOT NULL,
    first_name         TEXT    NOT NULL,
    last_name          TEXT    NOT NULL,
    full_name          TEXT    NOT NULL,
    phone              TEXT    NOT NULL,
    phone_raw          TEXT    NOT NULL,
    zone               TEXT    NOT NULL,
    language           TEXT    NOT NULL,
    notes              TEXT    NOT NULL,
    receive_reminders  INTEGER NOT NULL,
    guests             TEXT    NOT NULL, -- JSON array of addresses
    utm_source         TEXT    NOT NULL,
    utm_medium         TEXT    NOT NULL,
    utm_campaign       TEXT    NOT NULL,
    utm_content        TEXT    NOT NULL,
    utm_term           TEXT    NOT NULL,
    policy_accepted_at INTEGER,
    generation         INTEGER NOT NULL,
    search             TEXT    NOT NULL, -- names, address and meeting in lower case
    left_at            INTEGER
) STRICT;

CREATE INDEX attendee_by_booking ON attendee (booking_id, position);

CREATE TABLE occupied (
    host_id         TEXT    NOT NULL,
    start_at        INTEGER NOT NULL,
    end_at          INTEGER NOT NULL,
    expires_at      INTEGER, -- of a hold
    booking_id      TEXT    NOT NULL, -- or the id of the hold
    meeting_type_id TEXT    NOT NULL,
    buffer_before   INTEGER NOT NULL, -- microseconds, within the range
    buffer_after    INTEGER NOT NULL,
    forced          INTEGER NOT NULL,
    company_id      TEXT    NOT NULL REFERENCES company (id),
    PRIMARY KEY (host_id, start_at, booking_id),
    CONSTRAINT occupied_once UNIQUE (booking_id, host_id),
    -- 12 hours: the longest meeting of 480 minutes and two buffers of 120.
    -- The bound is what lets the guard search an index.
    CONSTRAINT occupied_length CHECK (end_at > start_at AND end_at - start_at <= 43200000000)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER occupied_guard BEFORE INSERT ON occupied WHEN NEW.forced = 0
BEGIN
    SELECT RAISE(IGNORE)
    WHERE EXISTS (
        SELECT 1 FROM occupied
        WHERE host_id = NEW.host_id
          AND start_at > NEW.start_at - 43200000000
          AND start_at < NEW.end_at
          AND end_at > NEW.start_at
          AND forced = 0
    );
END;

CREATE TRIGGER occupied_immutable BEFORE UPDATE ON occupied
BEGIN
    SELECT RAISE(ABORT, 'occupied rows are never updated');
END;

CREATE TABLE idempotency (
    key        TEXT    NOT NULL PRIMARY KEY, -- digest of credential, method, path and key
    body_hash  TEXT    NOT NULL,
    answer     TEXT    NOT NULL, -- '' until answered
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE message (
    id         TEXT    NOT NULL PRIMARY KEY, -- of the job that made it
    sender     TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    sealed     TEXT    NOT NULL, -- the mail, which holds secrets
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX message_by_age ON message (created_at, id);

CREATE TABLE "webhook" (
    id            TEXT    NOT NULL PRIMARY KEY,
    number        INTEGER NOT NULL,
    company_id    TEXT    NOT NULL REFERENCES company (id),
    endpoint      TEXT    NOT NULL,
    description   TEXT    NOT NULL,
    events        TEXT    NOT NULL, -- comma list
    enabled       INTEGER NOT NULL,
    sealed_key    TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    failing_since INTEGER, -- of the first failure after the last success
    CONSTRAINT webhook_number_unique UNIQUE (company_id, number)
) STRICT;

CREATE TABLE "event" (
    number     INTEGER NOT NULL PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    company_id TEXT    NOT NULL REFERENCES company (id),
    kind       TEXT    NOT NULL,
    subject_id TEXT    NOT NULL,
    snapshot   TEXT    NOT NULL, -- JSON
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX event_by_subject ON event (subject_id, number);

CREATE INDEX event_by_age ON event (created_at);

CREATE TABLE "job" (
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

CREATE TABLE "job_attempt" (
    job_id  TEXT    NOT NULL REFERENCES "job" (id),
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    status  INTEGER NOT NULL,
    error   TEXT    NOT NULL,
    PRIMARY KEY (job_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX job_due ON job (run_at, id) WHERE state = 'pending';

CREATE INDEX job_by_lane ON job (lane, chain, number) WHERE state = 'pending';

CREATE INDEX job_ready ON job (lane, run_at, number) WHERE state = 'pending' AND lease_until IS NULL;

CREATE INDEX job_failed ON job (lane) WHERE state = 'pending' AND lease_until IS NULL AND last_error <> '';

CREATE INDEX job_leased ON job (lane, lease_until) WHERE state = 'pending' AND lease_until IS NOT NULL;

CREATE INDEX job_deliveries ON job (lane, number) WHERE lane <> '';

CREATE INDEX job_finished ON job (state, finished_at) WHERE finished_at IS NOT NULL;

CREATE INDEX job_by_subject ON job (subject_id);

INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1);
INSERT INTO goose_db_version (version_id, is_applied) VALUES (1, 1);
INSERT INTO goose_db_version (version_id, is_applied) VALUES (2, 1);
INSERT INTO goose_db_version (version_id, is_applied) VALUES (3, 1);
INSERT INTO goose_db_version (version_id, is_applied) VALUES (4, 1);
INSERT INTO goose_db_version (version_id, is_applied) VALUES (5, 1);
