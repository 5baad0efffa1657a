-- Webhooks are numbered by company, so that a number tells nothing of others
-- and is never given again; and they know since when their endpoint fails.

-- +goose Up
-- +goose StatementBegin

ALTER TABLE company ADD COLUMN last_webhook BIGINT NOT NULL DEFAULT 0; -- the number given last
UPDATE company SET last_webhook = coalesce((SELECT max(number) FROM webhook WHERE company_id = company.id), 0);

ALTER TABLE webhook DROP CONSTRAINT webhook_number_unique;
ALTER TABLE webhook ADD CONSTRAINT webhook_number_unique UNIQUE (company_id, number);
ALTER TABLE webhook ADD COLUMN failing_since BIGINT; -- of the first failure after the last success
DROP INDEX webhook_by_company;

-- +goose StatementEnd

-- +goose Down
SELECT 1;
