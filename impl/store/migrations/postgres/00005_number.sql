-- Jobs and events are numbered in the order of their insertion, which for
-- those of one appointment is the order of the commits, whatever the clocks
-- of the servers show. And what nothing needs any more can be found.

-- +goose Up
-- +goose StatementBegin

ALTER TABLE event ADD COLUMN number BIGINT;
UPDATE event SET number = o.n FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS n FROM event) o WHERE o.id = event.id;
ALTER TABLE event ALTER COLUMN number SET NOT NULL;
ALTER TABLE event ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('event', 'number'), (SELECT coalesce(max(number), 0) + 1 FROM event), false);

DROP INDEX event_by_subject;
CREATE INDEX event_by_subject ON event (subject_id, number);
CREATE INDEX event_by_age ON event (created_at);

ALTER TABLE job ADD COLUMN number BIGINT;
UPDATE job SET number = o.n FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS n FROM job) o WHERE o.id = job.id;
ALTER TABLE job ALTER COLUMN number SET NOT NULL;
ALTER TABLE job ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('job', 'number'), (SELECT coalesce(max(number), 0) + 1 FROM job), false);

DROP INDEX job_by_lane;
DROP INDEX job_ready;
DROP INDEX job_deliveries;
DROP INDEX job_finished;
CREATE INDEX job_by_lane ON job (lane, chain, number) WHERE state = 'pending';
CREATE INDEX job_ready ON job (lane, run_at, number) WHERE state = 'pending' AND lease_until IS NULL;
CREATE INDEX job_deliveries ON job (lane, number) WHERE lane <> '';
CREATE INDEX job_finished ON job (state, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX job_by_subject ON job (subject_id);

-- +goose StatementEnd

-- +goose Down
SELECT 1;
