package credential

import (
	"context"
	"errors"
	"net/netip"
	"strings"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// The refusals of secrets.
var (
	errSecret = meet.Refuse(meet.CodeUnauthorized, "Invalid appointment secret")
	errToken  = meet.Refuse(meet.CodeUnauthorized, "Invalid confirmation token")
)

// Attendee returns the attendee of an appointment whose secret this is.
// Unknown appointments, foreign and wrong secrets are the same
// [meet.CodeUnauthorized], after the same work. After five of them within a
// minute, for one appointment and address, every try is
// [meet.CodeTooMany]. The addresses of a /64 of IPv6 count as one.
func (c *Checker) Attendee(ctx context.Context, appointment, text string, address netip.Addr) (meet.Principal, error) {
	return c.prove(ctx, appointment, address, errSecret, func(tx *store.Tx) (p meet.Principal, err error) {
		booking := meet.BookingID(strings.ToLower(appointment))
		seats, err := tx.Seats(booking)
		if len(seats) == 0 { // as much work for an appointment that is not there
			seats = []store.Seat{{Attendee: meet.AttendeeID(uuid.NewString())}}
		}
		for _, seat := range seats {
			if c.ring.Verify(text, secret.AppointmentSecret, string(seat.Attendee), seat.Generation) && seat.Company != "" {
				p = meet.Principal{Company: seat.Company, Booking: booking, Attendee: seat.Attendee}
			}
		}
		return p, err
	})
}

// Confirmer returns the attendee of a hold whose token, from the mail that
// asks to confirm, this is. Refusals are those of Attendee.
func (c *Checker) Confirmer(ctx context.Context, hold, token string, address netip.Addr) (meet.Principal, error) {
	return c.prove(ctx, hold, address, errToken, func(tx *store.Tx) (p meet.Principal, err error) {
		h, err := held(tx, hold)
		if c.ring.Verify(token, secret.ConfirmationToken, string(h.ID), h.Generation) {
			p = meet.Principal{Company: h.Company, Hold: h.ID}
		}
		return p, err
	})
}

// Approver returns the host of a hold whose token, from the mail that asks
// to approve, this is. Refusals are those of Attendee.
func (c *Checker) Approver(ctx context.Context, hold, token string, address netip.Addr) (meet.Principal, error) {
	return c.prove(ctx, hold, address, errToken, func(tx *store.Tx) (p meet.Principal, err error) {
		h, err := held(tx, hold)
		if c.ring.Verify(token, secret.HostToken, string(h.ID), h.Generation) {
			p = meet.Principal{Company: h.Company, ApprovesHold: h.ID}
		}
		return p, err
	})
}

// prove runs a check of a secret, unless too many were wrong before. The
// check returns a principal without company for a wrong one.
func (c *Checker) prove(ctx context.Context, target string, address netip.Addr, wrong error, check func(*store.Tx) (meet.Principal, error)) (p meet.Principal, err error) {
	err = c.Guarded(target, address, wrong, func() error {
		return c.store.View(ctx, func(tx *store.Tx) (err error) {
			if p, err = check(tx); err == nil && p.Company == "" {
				err = wrong
			}
			return err
		})
	})
	if err != nil {
		return meet.Principal{}, err
	}
	return p, nil
}

// Guarded runs a try at what a target keeps secret, and returns its error. The
// error wrong says that it was a wrong one. After five of those within a
// minute, for one target and address, it is [meet.CodeTooMany], as for
// Attendee.
func (c *Checker) Guarded(target string, address netip.Addr, wrong error, try func() error) error {
	guess := guessOf(target, address)
	if !c.guesses.allowed(guess, c.now()) {
		return errGuesses
	}
	err := try()
	if errors.Is(err, wrong) && !c.guesses.count(guess, c.now()) {
		return errGuesses
	}
	return err
}

// held returns the hold of an id, and for an unknown one a hold that no
// token opens but that is as much work to check.
func held(tx *store.Tx, hold string) (meet.Hold, error) {
	id := meet.HoldID(strings.ToLower(hold))
	company, found, err := tx.HoldCompany(id)
	if err != nil || !found {
		return meet.Hold{ID: meet.HoldID(uuid.NewString())}, err
	}
	return tx.Hold(company, id)
}
