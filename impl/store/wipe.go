package store

// Wipe removes everything but the tables themselves and KeySetting.
func (tx *Tx) Wipe() error {
	for _, table := range []string{
		"idempotency", "message", "job_attempt", "job", "event", "webhook", "contact", "one_time_link", "assignment",
		"occupied", "hold_host", "hold", "attendee", "booking_host", "booking",
		"queue_group_user", "queue_group", "queue_member", "queue", "meeting_type", "schedule", "api_key", "app_user", "company",
	} {
		if err := tx.put("DELETE FROM " + table); err != nil {
			return err
		}
	}
	return tx.put(`DELETE FROM setting WHERE name <> $1`, KeySetting)
}
