package impl

import (
	"context"
	"maps"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/mail"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// handlers say how each kind of job is done.
func (s *Service) handlers(o Settings) (map[meet.JobKind]job.Handler, error) {
	handlers := map[meet.JobKind]job.Handler{meet.ExpireHold: s.expireHold}
	maps.Copy(handlers, s.webhooks.Handlers())
	if o.Live && o.SMTP == nil {
		handlers[meet.SendMail], handlers[meet.SendReminder] = unsent, unsent
		return handlers, nil
	}
	sender := mail.Sender(mail.Capture{Store: s.store, Ring: s.ring})
	if o.SMTP != nil {
		sender = o.SMTP
	}
	mailer, err := mail.New(mail.Config{Store: s.store, Ring: s.ring, PublicURL: s.publicURL, From: o.MailFrom, Sender: sender, Tenant: o.tenant})
	if err != nil {
		return nil, err
	}
	maps.Copy(handlers, mailer.Handlers())
	return handlers, nil
}

// unsent is what becomes of mail on a server that sends none.
func unsent(context.Context, meet.Job) job.Outcome { return job.Outcome{} }

// expireHold ends a hold that nobody answered in time.
func (s *Service) expireHold(ctx context.Context, j meet.Job) job.Outcome {
	return job.Outcome{Err: s.store.Update(ctx, func(tx *store.Tx) error {
		return booking.Expire(tx, j.Company, meet.HoldID(j.Subject))
	})}
}
