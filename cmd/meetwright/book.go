package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
)

// bookCommand books a meeting.
func bookCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use:   "book TYPE",
		Short: "Book a meeting",
		Example: `  meetwright book intro --at next --name "Jane Smith" --email jane@example.com
  meetwright book with-form --at "2026-03-02 09:00" --name Jane --email jane@example.com --answer company=Acme`,
		Args: oneArg, ValidArgsFunction: completeTypes,
		RunE: calling(book),
	}, "createBooking")
	f := cmd.Flags()
	timezoneFlag(f)
	hostingFlags(cmd)
	f.String("at", "", "start: next, RFC 3339, or such as 2026-03-02 09:00 in --timezone")
	f.String("name", "", "full name of the attendee")
	f.String("email", "", "email of the attendee")
	f.String("phone", "", "phone of the attendee; without --email it is a booking by phone only")
	f.String("language", "", "language of the attendee, such as de")
	f.StringArray("notes", nil, "a note, such as topic=Pricing")
	f.StringArray("answer", nil, "answer to a field of the form, such as company=Acme; JSON is taken as such")
	f.StringSlice("guest", nil, "email of a guest")
	f.Int("duration", 0, "minutes (default: the meeting type's)")
	f.String("channel", "", "how to meet, such as phone")
	f.String("location", "", "where to meet")
	f.String("one-time-link", "", "id of the one-time link that is redeemed")
	f.String("password", "", "password of the booking page")
	f.String("idempotency-key", "", "key under which a server of meetwright books once only")
	f.Bool("no-reminders", false, "send the attendee no reminders")
	f.Bool("force", false, "book although the time is not free; for hosts and admins")
	_ = cmd.MarkFlagRequired("at") // the flags are there
	_ = cmd.MarkFlagRequired("name")
	return cmd
}

func book(ctx context.Context, s *session, args []string) error {
	t, err := s.meetingType(ctx, args[0])
	if err != nil {
		return err
	}
	loc, err := s.zone(ctx)
	if err != nil {
		return err
	}
	request, query, err := s.bookingRequest(ctx, t, loc)
	if err != nil {
		return err
	}
	var options []client.Option
	if key := flag(s.cmd, "idempotency-key"); key != "" {
		if flag(s.cmd, "at") == "next" {
			return wrongUsage(s.cmd, errors.New("an idempotency key is for one booking, and --at next may be another one each time"))
		}
		options = append(options, client.WithIdempotencyKey(key))
	}
	var outcome *client.BookingOutcome
	err = s.atOrNext(loc, func() ([]time.Time, error) { return s.starts(ctx, query) }, func(start time.Time) (err error) {
		request.Start = start
		outcome, err = s.api.CreateBooking(ctx, request, options...)
		return err
	})
	if errors.Is(err, client.ErrOutcomeUnknown) {
		s.note("It was to start at %s.", request.Start.In(loc).Format(time.RFC3339))
	}
	if err != nil {
		return err
	}
	return s.print(func() error { return s.tellBooked(ctx, outcome, request.Start, loc) })
}

// bookingRequest makes a booking without a start of the flags, and the
// question for its slots.
func (s *session) bookingRequest(ctx context.Context, t *client.MeetingType, loc *time.Location) (r client.BookingRequest, q client.GetBookingAvailabilityParams, err error) {
	if q, err = s.slotQuery(ctx, t, loc); err != nil {
		return r, q, err
	}
	f := s.cmd.Flags()
	guests, guestErr := f.GetStringSlice("guest")
	silent, silentErr := f.GetBool("no-reminders")
	force, forceErr := f.GetBool("force")
	notes, noteErr := s.notes()
	link, linkErr := optionalID(s.cmd, "one-time-link")
	if err := errors.Join(guestErr, silentErr, forceErr, noteErr, linkErr); err != nil {
		return r, q, err
	}
	email, phone := set(s.cmd, "email"), set(s.cmd, "phone")
	return client.BookingRequest{
		MeetingTypeID: q.MeetingTypeID, HostIDs: q.HostIDs, QueueID: q.QueueID, Duration: q.MeetingDuration, Channel: q.Channel,
		Location: set(s.cmd, "location"), BookingPassword: set(s.cmd, "password"), OneTimeLinkID: link,
		PhoneOnlyBooking: optional(email == nil && phone != nil), IgnoreAvailability: optional(force),
		Attendee: client.AttendeeInput{
			Fullname: set(s.cmd, "name"), Email: email, Phone: phone, Language: set(s.cmd, "language"),
			Timezone: set(s.cmd, "timezone"), BringalongEmails: guests, ReceiveReminders: !silent, Notes: notes,
		},
	}, q, nil
}

// notes reads --notes and --answer.
func (s *session) notes() (client.Notes, error) {
	notes := client.Notes{}
	for _, name := range []string{"notes", "answer"} {
		pairs, err := s.cmd.Flags().GetStringArray(name)
		if err != nil {
			return nil, err
		}
		for _, pair := range pairs {
			key, value, found := strings.Cut(pair, "=")
			if !found || key == "" {
				return nil, wrongUsage(s.cmd, fmt.Errorf("--%s %q is not like field=value", name, pair))
			}
			var data any
			if name == "answer" && json.Unmarshal([]byte(value), &data) == nil && !isNumber(data) {
				notes[key] = data
			} else {
				notes[key] = value
			}
		}
	}
	return notes, nil
}

// isNumber reports digits, which stay text: an answer may start with a 0.
func isNumber(data any) bool {
	_, number := data.(float64)
	return number
}

// tellBooked tells a person what was booked, and how to take it back.
func (s *session) tellBooked(ctx context.Context, outcome *client.BookingOutcome, start time.Time, loc *time.Location) error {
	booked, provisional := outcome.Value()
	if provisional != nil {
		err := columns(s.cmd, [][]string{{"pending", provisional.ID}, {"time", start.In(loc).Format(timeLayout) + " " + loc.String()}})
		if provisional.Type == client.ProvisionalBookingTypeDoubleOptIn {
			s.note("The time is held until the attendee confirms: the link is in the mail, or %s", s.paste("confirm", provisional.ID))
		} else {
			s.note("The time is held until the host decides: %s", s.paste("approve", provisional.ID))
		}
		return err
	}
	rows := [][]string{{"id", booked.AppointmentID}}
	if appointment, err := s.api.GetAppointment(ctx, booked.AppointmentID); err == nil {
		rows = append(rows, []string{"time", span(appointment.Start, appointment.End, loc)}, []string{"hosts", hostNames(appointment.Hosts)})
	} else {
		rows = append(rows, []string{"time", start.In(loc).Format(timeLayout) + " " + loc.String()})
	}
	err := columns(s.cmd, append(rows, []string{"secret", booked.Secret}))
	s.note("To cancel: %s", s.paste("cancel", booked.AppointmentID))
	return err
}

// paste is a command line for the same server.
func (s *session) paste(words ...string) string {
	line := "meetwright " + strings.Join(words, " ")
	for _, name := range []string{"url", "acting-user", "tenant"} {
		if value := flag(s.cmd, name); value != "" {
			line += " --" + name + " " + value
		}
	}
	return line
}

func hostNames(hosts []client.Host) string {
	var names []string
	for _, h := range hosts {
		names = append(names, h.FullName)
	}
	return strings.Join(names, ", ")
}
