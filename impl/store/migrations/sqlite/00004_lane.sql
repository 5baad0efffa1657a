-- Claims go from lane to lane, so that what waits in one costs the others
-- nothing.

-- +goose Up
-- +goose StatementBegin

CREATE INDEX job_ready ON job (lane, run_at, id) WHERE state = 'pending' AND lease_until IS NULL;
CREATE INDEX job_failed ON job (lane) WHERE state = 'pending' AND lease_until IS NULL AND last_error <> '';
CREATE INDEX job_leased ON job (lane, lease_until) WHERE state = 'pending' AND lease_until IS NOT NULL;

DROP INDEX job_deliveries;
CREATE INDEX job_deliveries ON job (lane, created_at, id) WHERE lane <> '';

-- +goose StatementEnd

-- +goose Down
SELECT 1;
