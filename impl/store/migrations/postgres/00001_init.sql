-- Instants are microseconds since 1970-01-01 UTC; NULL is "never". Ids are
-- UUIDs in lower case. Truth values are 0 and 1. JSON is text. Texts sort by
-- their bytes, whatever the locale of the database.

-- +goose Up
-- +goose StatementBegin

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE company (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name       TEXT COLLATE "C" NOT NULL,
    slug       TEXT COLLATE "C" NOT NULL,
    owner_id   TEXT COLLATE "C" NOT NULL,
    settings   TEXT COLLATE "C" NOT NULL, -- JSON
    created_at BIGINT           NOT NULL,
    CONSTRAINT company_slug_unique UNIQUE (slug)
);

-- A user who left keeps the row, because past bookings name it as host.
CREATE TABLE app_user (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company_id  TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    email       TEXT COLLATE "C" NOT NULL,
    email_key   TEXT COLLATE "C" NOT NULL, -- email in lower case
    given_name  TEXT COLLATE "C" NOT NULL,
    family_name TEXT COLLATE "C" NOT NULL,
    slug        TEXT COLLATE "C" NOT NULL,
    picture     TEXT COLLATE "C" NOT NULL,
    zone        TEXT COLLATE "C" NOT NULL,
    language    TEXT COLLATE "C" NOT NULL,
    role        TEXT COLLATE "C" NOT NULL,
    schedule_id TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT           NOT NULL,
    updated_at  BIGINT           NOT NULL,
    left_at     BIGINT,
    CONSTRAINT app_user_role CHECK (role IN ('owner', 'admin', 'member'))
);
CREATE UNIQUE INDEX app_user_email_unique ON app_user (company_id, email_key) WHERE left_at IS NULL;
CREATE UNIQUE INDEX app_user_slug_unique ON app_user (company_id, slug) WHERE left_at IS NULL;

CREATE TABLE api_key (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company_id TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    user_id    TEXT COLLATE "C" REFERENCES app_user (id), -- NULL for platform keys
    digest     TEXT COLLATE "C" NOT NULL,              -- SHA-256 in hex
    hint       TEXT COLLATE "C" NOT NULL,
    scopes     TEXT COLLATE "C" NOT NULL, -- comma list, '' for all
    demo       BIGINT           NOT NULL,
    created_at BIGINT           NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    CONSTRAINT api_key_digest_unique UNIQUE (digest)
);

CREATE TABLE schedule (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company_id TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    owner_id   TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    name       TEXT COLLATE "C" NOT NULL,
    zone       TEXT COLLATE "C" NOT NULL,
    hours      TEXT COLLATE "C" NOT NULL,
    created_at BIGINT           NOT NULL,
    updated_at BIGINT           NOT NULL
);

-- A deleted type keeps the row, because its bookings stay.
CREATE TABLE meeting_type (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company_id  TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    owner_id    TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    schedule_id TEXT COLLATE "C" REFERENCES schedule (id),
    slug        TEXT COLLATE "C" NOT NULL,
    enabled     BIGINT           NOT NULL,
    settings    TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT           NOT NULL,
    updated_at  BIGINT           NOT NULL,
    deleted_at  BIGINT
);
CREATE UNIQUE INDEX meeting_type_slug_unique ON meeting_type (company_id, slug) WHERE deleted_at IS NULL;

-- The hosts of a meeting type that has several, in their order.
CREATE TABLE queue (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company_id      TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    meeting_type_id TEXT COLLATE "C" NOT NULL REFERENCES meeting_type (id),
    everyone        BIGINT           NOT NULL, -- all members host together
    kind            TEXT COLLATE "C" NOT NULL,
    period          TEXT COLLATE "C" NOT NULL,
    max_lead        BIGINT           NOT NULL,
    near_term       BIGINT           NOT NULL,
    created_at      BIGINT           NOT NULL,
    CONSTRAINT queue_meeting_type_unique UNIQUE (meeting_type_id)
);

CREATE TABLE queue_member (
    queue_id    TEXT COLLATE "C" NOT NULL REFERENCES queue (id),
    user_id     TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    position    BIGINT           NOT NULL,
    priority    BIGINT           NOT NULL,
    capacity    BIGINT           NOT NULL,
    calibration BIGINT           NOT NULL,
    joined_at   BIGINT,
    link        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (queue_id, user_id)
);

CREATE TABLE booking (
    id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company_id       TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    meeting_type_id  TEXT COLLATE "C" NOT NULL REFERENCES meeting_type (id),
    start_at         BIGINT           NOT NULL,
    end_at           BIGINT           NOT NULL,
    buffer_before    BIGINT           NOT NULL, -- microseconds
    buffer_after     BIGINT           NOT NULL,
    forced           BIGINT           NOT NULL,
    name             TEXT COLLATE "C" NOT NULL,
    channel          TEXT COLLATE "C" NOT NULL,
    location         TEXT COLLATE "C" NOT NULL,
    meeting_link     TEXT COLLATE "C" NOT NULL,
    uid              TEXT COLLATE "C" NOT NULL,
    sequence         BIGINT           NOT NULL,
    ics_title        TEXT COLLATE "C" NOT NULL,
    ics_description  TEXT COLLATE "C" NOT NULL,
    skip_mail        BIGINT           NOT NULL,
    notes            TEXT COLLATE "C" NOT NULL,
    transcription    TEXT COLLATE "C" NOT NULL,
    summary          TEXT COLLATE "C" NOT NULL,
    rescheduled_at   BIGINT,
    reschedule_count BIGINT           NOT NULL,
    cancelled_at     BIGINT,
    cancel_source    TEXT COLLATE "C" NOT NULL,
    cancelled_by     TEXT COLLATE "C" NOT NULL,
    cancel_reason    TEXT COLLATE "C" NOT NULL,
    extra            TEXT COLLATE "C" NOT NULL,
    created_at       BIGINT           NOT NULL,
    updated_at       BIGINT           NOT NULL,
    CONSTRAINT booking_length CHECK (end_at > start_at),
    CONSTRAINT booking_cancelled CHECK ((cancelled_at IS NULL) = (cancel_source = ''))
);
CREATE INDEX booking_by_start ON booking (company_id, start_at, id);
CREATE INDEX booking_by_creation ON booking (company_id, created_at, id);
CREATE INDEX booking_by_type ON booking (meeting_type_id, start_at);

CREATE TABLE booking_host (
    booking_id TEXT COLLATE "C" NOT NULL REFERENCES booking (id),
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    position   BIGINT           NOT NULL,
    PRIMARY KEY (booking_id, user_id)
);
CREATE INDEX booking_host_by_user ON booking_host (user_id, booking_id);

-- An attendee who left a group meeting keeps the row with left_at.
CREATE TABLE attendee (
    id                 TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    booking_id         TEXT COLLATE "C" NOT NULL REFERENCES booking (id),
    position           BIGINT           NOT NULL,
    email              TEXT COLLATE "C" NOT NULL,
    first_name         TEXT COLLATE "C" NOT NULL,
    last_name          TEXT COLLATE "C" NOT NULL,
    full_name          TEXT COLLATE "C" NOT NULL,
    phone              TEXT COLLATE "C" NOT NULL,
    phone_raw          TEXT COLLATE "C" NOT NULL,
    zone               TEXT COLLATE "C" NOT NULL,
    language           TEXT COLLATE "C" NOT NULL,
    notes              TEXT COLLATE "C" NOT NULL,
    receive_reminders  BIGINT           NOT NULL,
    guests             TEXT COLLATE "C" NOT NULL, -- JSON array of addresses
    utm_source         TEXT COLLATE "C" NOT NULL,
    utm_medium         TEXT COLLATE "C" NOT NULL,
    utm_campaign       TEXT COLLATE "C" NOT NULL,
    utm_content        TEXT COLLATE "C" NOT NULL,
    utm_term           TEXT COLLATE "C" NOT NULL,
    policy_accepted_at BIGINT,
    generation         BIGINT           NOT NULL,
    search             TEXT COLLATE "C" NOT NULL, -- names, address and meeting in lower case
    left_at            BIGINT
);
CREATE INDEX attendee_by_booking ON attendee (booking_id, position);

-- The occupied range of each host of each booking, buffers included. The
-- guard below keeps the ranges of a host apart. Rows are inserted with ON
-- CONFLICT DO NOTHING, always: a refused row then is not an error but 0 rows
-- inserted, which means taken, and inserters never wait for each other in a
-- circle. Forced rows stand outside
-- the guard. Rows are inserted and deleted, never updated. They lie by host
-- and time, with all that a list of slots needs to know of a booking.
--
-- Holds occupy time as bookings do, until they expire. Expired rows are
-- deleted before a claim, not overlooked by the guard: the database has no
-- clock of its own.
CREATE TABLE occupied (
    host_id         TEXT COLLATE "C" NOT NULL,
    start_at        BIGINT           NOT NULL,
    end_at          BIGINT           NOT NULL,
    expires_at      BIGINT, -- of a hold
    booking_id      TEXT COLLATE "C" NOT NULL, -- or the id of the hold
    meeting_type_id TEXT COLLATE "C" NOT NULL,
    buffer_before   BIGINT           NOT NULL, -- microseconds, within the range
    buffer_after    BIGINT           NOT NULL,
    forced          BIGINT           NOT NULL,
    company_id      TEXT COLLATE "C" NOT NULL REFERENCES company (id),
    PRIMARY KEY (host_id, start_at, booking_id),
    CONSTRAINT occupied_once UNIQUE (booking_id, host_id),
    -- 12 hours: the longest meeting of 480 minutes and two buffers of 120.
    -- The bound is what lets queries search the primary key.
    CONSTRAINT occupied_length CHECK (end_at > start_at AND end_at - start_at <= 43200000000),
    -- The company is in it for those who distribute tables by company.
    CONSTRAINT occupied_guard EXCLUDE USING gist (company_id WITH =, host_id WITH =, int8range(start_at, end_at) WITH &&) WHERE (forced = 0)
);

CREATE FUNCTION occupied_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'occupied rows are never updated';
END $$;
CREATE TRIGGER occupied_immutable BEFORE UPDATE ON occupied FOR EACH ROW EXECUTE FUNCTION occupied_immutable();

-- Answers already given to an Idempotency-Key, sealed because they may hold
-- the secret of an appointment.
CREATE TABLE idempotency (
    key        TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- digest of credential, method, path and key
    body_hash  TEXT COLLATE "C" NOT NULL,
    answer     TEXT COLLATE "C" NOT NULL, -- '' until answered
    created_at BIGINT           NOT NULL
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- Single values of the installation, such as a clock that was set.
CREATE TABLE setting (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

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
DROP FUNCTION occupied_immutable;
