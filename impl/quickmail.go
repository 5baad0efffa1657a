package impl

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// How many mails of their own words a user may send, and within what time.
const (
	maxQuickMail    = 5
	quickMailWindow = 5 * time.Minute
)

var errQuickMail = &meet.Error{
	Code: meet.CodeTooMany, RetryAfter: quickMailWindow, Message: "At most 5 mails may be sent within 5 minutes; try again later",
}

// SendQuickMail sends an attendee a host's own words.
func (s *Service) SendQuickMail(ctx context.Context, r server.SendQuickMailRequestObject) (server.SendQuickMailResponseObject, error) {
	p := principal(ctx)
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("quick mail " + string(p.User)); err != nil {
			return err
		}
		sent, err := tx.QuickMailsSince(p.User, tx.Now().Add(-quickMailWindow))
		if err != nil {
			return err
		}
		if sent >= maxQuickMail {
			return errQuickMail
		}
		b, a, err := booking.OfAttendee(tx, p, id[meet.AttendeeID](r.Body.AttendeeID))
		if err != nil {
			return err
		}
		if a.Email == "" {
			return meet.Refuse(meet.CodeInvalid, "The attendee has no email address")
		}
		payload, err := json.Marshal(meet.Letter{
			Template: meet.MailQuick, To: a.Email, Host: p.User, Attendee: a.ID, Subject: r.Body.Title, Body: r.Body.Content,
		})
		if err != nil {
			return err
		}
		job := meet.JobID(uuid.Must(uuid.NewV7()).String())
		return tx.InsertJob(meet.Job{
			ID: job, Company: p.Company, Kind: meet.SendMail, Dedup: store.QuickMail(p.User, job), Subject: string(b.ID), Payload: payload, RunAt: tx.Now(),
		})
	})
	return server.SendQuickMail201JSONResponse{Success: err == nil}, err
}
