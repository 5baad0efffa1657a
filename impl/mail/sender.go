package mail

import (
	"context"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// Message is a mail that is ready to leave.
type Message struct {
	// ID is the same for every attempt to send the mail.
	ID       string
	From, To string // plain addresses
	Subject  string
	Raw      []byte // RFC 5322, with CRLF
}

// Sender is the way on which mails leave. Send succeeds when somebody
// else is responsible for the mail from now on; the same mail may be sent
// again when that was not learned. A failure says nothing of who the mail is
// to.
type Sender interface {
	Send(ctx context.Context, m Message) job.Outcome
}

// Capture keeps mails in the store instead of sending them, each once. They
// hold secrets of appointments, and so are sealed.
type Capture struct {
	Store *store.Store
	Ring  *secret.Keyring
}

// Send implements Sender.
func (c Capture) Send(ctx context.Context, m Message) job.Outcome {
	return job.Outcome{Err: c.Store.Update(ctx, func(tx *store.Tx) error {
		return tx.InsertMessage(store.Message{ID: m.ID, Sender: m.From, Recipient: m.To, Subject: m.Subject, Sealed: c.Ring.Seal(m.Raw, store.MessageLabel(m.ID))})
	})}
}
