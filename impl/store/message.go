package store

import "time"

// Message is a mail that was captured instead of sent.
type Message struct {
	ID        string
	Sender    string
	Recipient string
	Subject   string
	Sealed    string // the mail as of RFC 5322, sealed under MessageLabel
	At        time.Time
}

// MessageLabel is what a captured mail is sealed under.
func MessageLabel(id string) string { return "message " + id }

// InsertMessage captures a mail; one of the same id is there already and
// stays.
func (tx *Tx) InsertMessage(m Message) error {
	const insert = `INSERT INTO message (id, sender, recipient, subject, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`
	return tx.put(insert, m.ID, m.Sender, m.Recipient, m.Subject, m.Sealed, micros(tx.now))
}

const messageColumns = `id, sender, recipient, subject, sealed, created_at`

func scanMessage(row scanner) (m Message, err error) {
	err = row.Scan(&m.ID, &m.Sender, &m.Recipient, &m.Subject, &m.Sealed, instant{&m.At})
	return m, err
}

// Messages returns captured mails, newest first. A recipient of "" is any.
func (tx *Tx) Messages(recipient string) ([]Message, error) {
	const query = `SELECT ` + messageColumns + ` FROM message WHERE $1 = '' OR recipient = $1 ORDER BY created_at DESC, id DESC`
	return list(tx, query, []any{recipient}, scanMessage)
}

// Message returns a captured mail; found is false when there is none.
func (tx *Tx) Message(id string) (m Message, found bool, err error) {
	const query = `SELECT ` + messageColumns + ` FROM message WHERE id = $1`
	messages, err := list(tx, query, []any{id}, scanMessage)
	if err != nil || len(messages) == 0 {
		return m, false, err
	}
	return messages[0], true, nil
}

// DeleteMessages empties the inbox.
func (tx *Tx) DeleteMessages() error {
	return tx.put(`DELETE FROM message`)
}

// DeleteOldMessages removes the oldest captured mails but the newest keep, up
// to limit of them; it returns how many.
func (tx *Tx) DeleteOldMessages(keep, limit int) (int, error) {
	const remove = `DELETE FROM message WHERE id IN (SELECT id FROM message ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2)`
	n, err := tx.exec(remove, limit, keep)
	return int(n), err
}
