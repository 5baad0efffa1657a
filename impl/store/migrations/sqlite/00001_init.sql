-- Instants are microseconds since 1970-01-01 UTC; NULL is "never". Ids are
-- UUIDs in lower case. Truth values are 0 and 1. JSON is text.

-- +goose Up
-- +goose StatementBegin

CREATE TABLE company (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    slug       TEXT    NOT NULL,
    owner_id   TEXT    NOT NULL,
    settings   TEXT    NOT NULL, -- JSON
    created_at INTEGER NOT NULL,
    CONSTRAINT company_slug_unique UNIQUE (slug)
) STRICT;

-- A user who left keeps the row, because past bookings name it as host.
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

-- A deleted type keeps the row, because its bookings stay.
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

-- The hosts of a meeting type that has several, in their order.
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

-- An attendee who left a group meeting keeps the row with left_at.
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

-- The occupied range of each host of each booking, buffers included. The
-- guard below keeps the ranges of a host apart; a refused row is not an
-- error but 0 rows inserted, which means taken. Forced rows stand outside
-- the guard. Rows are inserted and deleted, never updated. They lie by host
-- and time, with all that a list of slots needs to know of a booking.
--
-- Holds occupy time as bookings do, until they expire. Expired rows are
-- deleted before a claim, not overlooked by the guard: the database has no
-- clock of its own.
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

-- Answers already given to an Idempotency-Key, sealed because they may hold
-- the secret of an appointment.
CREATE TABLE idempotency (
    key        TEXT    NOT NULL PRIMARY KEY, -- digest of credential, method, path and key
    body_hash  TEXT    NOT NULL,
    answer     TEXT    NOT NULL, -- '' until answered
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- Single values of the installation, such as a clock that was set.
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose StatementEnd

-- +goose Down
DROP TABLE setting;
DROP TABLE idempotency;
DROP TABLE occupied;
DROP TABLE attendee;
DROP TABLE booking_host;
DROP TABLE booking;
DROP TABLE queue_member;
DROP TABLE queue;
DROP TABLE meeting_type;
DROP TABLE schedule;
DROP TABLE api_key;
DROP TABLE app_user;
DROP TABLE company;
