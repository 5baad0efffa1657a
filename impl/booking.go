package impl

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// CreateBooking books a meeting and tells its id and the attendee's secret, or
// that somebody's consent is awaited.
func (s *Service) CreateBooking(ctx context.Context, r server.CreateBookingRequestObject) (_ server.CreateBookingResponseObject, err error) {
	var booked booking.Booked
	defer func() { s.booked(booked, err) }()
	request, err := bookingIn(r.Body)
	if err != nil {
		return nil, err
	}
	if err := request.CheckHosting(); err != nil { // before a transaction is begun for it
		return nil, err
	}
	book := func() error {
		return s.store.Update(ctx, func(tx *store.Tx) (err error) {
			booked, err = booking.Book(tx, principal(ctx), request)
			return err
		})
	}
	if request.Password == "" {
		err = book()
	} else {
		err = s.credentials.Guarded("password "+string(request.Type), address(ctx), booking.ErrPassword, book)
	}
	if err != nil {
		return nil, err
	}
	var result server.BookingResult
	if booked.Hold != nil {
		err = result.FromProvisionallyBooked(s.provisionalOut(*booked.Hold))
	} else {
		err = result.FromBooked(s.bookedOut(booked))
	}
	return server.CreateBooking201JSONResponse(result), err
}

// bookingIn reads a booking request.
func bookingIn(b *server.BookingRequest) (booking.Request, error) {
	a := b.Attendee
	notes, err := json.Marshal(a.Notes)
	if err != nil {
		return booking.Request{}, err
	}
	extra, err := json.Marshal(extraOf(b))
	if err != nil {
		return booking.Request{}, err
	}
	sent := *b
	sent.BookingPassword = nil
	return booking.Request{
		Body: sent,
		Type: id[meet.MeetingTypeID](b.MeetingTypeID), Start: b.Start,
		Hosts: ids[meet.UserID](b.HostIDs), Queue: optionalID[meet.QueueID](b.QueueID),
		Duration: minutes(value(b.Duration)), Channel: meet.Channel(value(b.Channel)), Location: value(b.Location),
		Attendee: meet.Attendee{
			Email: value(a.Email), FirstName: value(a.Firstname), LastName: value(a.Lastname), FullName: value(a.Fullname),
			Phone: meet.E164(value(a.Phone)), PhoneRaw: value(a.Phone),
			Zone: value(a.Timezone), Language: value(a.Language),
			Notes: notes, ReceiveReminders: a.ReceiveReminders, Guests: distinct(a.BringalongEmails),
		},
		PolicyAccepted: value(a.DataPolicyAccepted), PhoneOnly: value(b.PhoneOnlyBooking),
		SkipMail: value(b.SkipNotifications), ICSTitle: value(b.ICSTitle), ICSDescription: value(b.ICSDescription),
		Password: value(b.BookingPassword), OneTimeLink: optionalID[string](b.OneTimeLinkID),
		Force: value(b.IgnoreAvailability), Moves: optionalID[meet.BookingID](b.AppointmentID),
		Extra: extra,
	}, nil
}

// distinct drops addresses that come again, without regard to case.
func distinct(emails []string) []string {
	seen := map[string]bool{}
	kept := []string{}
	for _, e := range emails {
		if key := strings.ToLower(e); !seen[key] {
			seen[key] = true
			kept = append(kept, e)
		}
	}
	return kept
}

// bookingExtra are the properties that are kept and have no effect.
type bookingExtra struct {
	RoutingFormID      string   `json:"routingFormId,omitempty"`
	PaymentID          *string  `json:"paymentId,omitempty"`
	PaymentProvider    *string  `json:"paymentProvider,omitempty"`
	CouponCode         *string  `json:"couponCode,omitempty"`
	ResourceChannelIDs []string `json:"resourceChannelIds,omitempty"`
	AttendeePendingID  *string  `json:"attendeePendingId,omitempty"`
	WaitlistToken      *string  `json:"waitlistToken,omitempty"`
	RWGToken           *string  `json:"rwgToken,omitempty"`
	RWGMerchantID      *string  `json:"rwgMerchantId,omitempty"`
}

func extraOf(b *server.BookingRequest) bookingExtra {
	return bookingExtra{
		RoutingFormID: optionalID[string](b.RoutingFormID), PaymentID: b.PaymentID, PaymentProvider: b.PaymentProvider,
		CouponCode: b.CouponCode, ResourceChannelIDs: ids[string](b.ResourceChannelIDs), AttendeePendingID: b.AttendeePendingID,
		WaitlistToken: b.WaitlistToken, RWGToken: b.RWGToken, RWGMerchantID: b.RWGMerchantID,
	}
}
