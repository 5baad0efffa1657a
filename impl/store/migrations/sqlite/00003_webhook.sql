-- Webhooks are numbered by company, so that a number tells nothing of others
-- and is never given again; and they know since when their endpoint fails.

-- +goose Up
-- +goose StatementBegin

ALTER TABLE company ADD COLUMN last_webhook INTEGER NOT NULL DEFAULT 0; -- the number given last
UPDATE company SET last_webhook = coalesce((SELECT max(number) FROM webhook WHERE company_id = company.id), 0);

CREATE TABLE webhook_by_number (
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
INSERT INTO webhook_by_number SELECT id, number, company_id, endpoint, description, events, enabled, sealed_key, created_at, NULL FROM webhook;
DROP TABLE webhook;
ALTER TABLE webhook_by_number RENAME TO webhook;

-- +goose StatementEnd

-- +goose Down
SELECT 1;
