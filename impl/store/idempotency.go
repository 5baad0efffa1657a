package store

import "time"

// Answer is what a request with an Idempotency-Key was told.
type Answer struct {
	BodyHash string
	Sealed   string // by the caller; "" until SaveAnswer
}

// TakeKey claims an idempotency key. It must be the first statement of the
// transaction, so that a repeat waits here for its first try. When the key
// was taken after the given instant, the answer of that request is returned
// and taken is false.
func (tx *Tx) TakeKey(key, bodyHash string, after time.Time) (answer Answer, taken bool, err error) {
	const (
		insert = `INSERT INTO idempotency (key, body_hash, answer, created_at) VALUES ($1, $2, '', $3)
			ON CONFLICT (key) DO UPDATE SET body_hash = $2, answer = '', created_at = $3 WHERE idempotency.created_at <= $4`
		query = `SELECT body_hash, answer FROM idempotency WHERE key = $1`
	)
	n, err := tx.exec(insert, key, bodyHash, micros(tx.now), micros(after))
	if err != nil || n == 1 {
		return answer, true, err
	}
	_, err = tx.row(query, []any{key}, &answer.BodyHash, &answer.Sealed)
	return answer, false, err
}

// DeleteKeys removes keys that were taken before an instant, up to limit of
// them; it returns how many.
func (tx *Tx) DeleteKeys(before time.Time, limit int) (int, error) {
	const remove = `DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2)`
	n, err := tx.exec(remove, micros(before), limit)
	return int(n), err
}

// SaveAnswer stores the answer of a key that this transaction took.
func (tx *Tx) SaveAnswer(key, sealed string) error {
	const update = `UPDATE idempotency SET answer = $1 WHERE key = $2`
	return tx.put(update, sealed, key)
}
