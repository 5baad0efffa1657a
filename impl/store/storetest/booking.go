package storetest

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

func bookings(s suite) {
	s.that("comes back as it was stored", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		want := fullBooking(m)
		w.insert(t, want)
		if diff := cmp.Diff(want, w.booking(t, want), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("stored and read (-want +got):\n%s", diff)
		}
	})

	s.that("what can change is changed, the rest stays", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		want := fullBooking(m)
		w.insert(t, want)
		want.Start, want.End = want.Start.Add(time.Hour), want.End.Add(90*time.Minute)
		want.Before, want.After, want.Forced, want.Sequence = time.Minute, 2*time.Minute, false, 7
		want.Notes, want.Transcription, want.Summary = "notes", "transcription", "summary"
		want.RescheduledAt, want.RescheduleCount = meettest.Now().Add(time.Minute), 3
		want.Cancellation = meet.Cancellation{
			At: meettest.Now().Add(time.Hour), Source: meet.ByAttendee, By: string(want.Attendees[0].ID), Reason: "flu",
		}
		want.UpdatedAt = meettest.Now().Add(2 * time.Hour)
		w.update(t, func(tx *store.Tx) error { return tx.UpdateBooking(want) })
		if diff := cmp.Diff(want, w.booking(t, want), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("changed and read (-want +got):\n%s", diff)
		}
	})

	s.that("instants keep their microseconds and are read in UTC", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		berlin, err := meet.LoadZone("Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		want := m.booking(func(b *meet.Booking) {
			b.Start = b.Start.Add(123456 * time.Microsecond).In(berlin)
			b.End = b.End.Add(654321 * time.Microsecond).In(berlin)
			b.CreatedAt = time.Date(1969, time.July, 20, 20, 17, 40, 1000, time.UTC)
			b.UpdatedAt = b.CreatedAt
		})
		w.insert(t, want)
		got := w.booking(t, want)
		if !got.Start.Equal(want.Start) || !got.End.Equal(want.End) || !got.CreatedAt.Equal(want.CreatedAt) {
			t.Errorf("read %v - %v, created %v", got.Start, got.End, got.CreatedAt)
		}
		if got.Start.Location() != time.UTC {
			t.Errorf("read in %v", got.Start.Location())
		}
	})

	s.that("text is kept to the letter", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		want := m.booking(func(b *meet.Booking) {
			b.Name = `O'Hara "%_\" -- 'x'; 🗓 Besprechung mit Müller` + "\n\tline"
			b.Extra = json.RawMessage(`{"a":  "ü\u0001", "n": 1e400}`)
		})
		w.insert(t, want)
		if got := w.booking(t, want); got.Name != want.Name || string(got.Extra) != string(want.Extra) {
			t.Errorf("read %q and %s", got.Name, got.Extra)
		}
	})

	s.that("another company does not see it", func(t *testing.T, w *world) {
		m, other := w.team(t, 1), w.team(t, 1)
		b := m.booking()
		w.insert(t, b)
		for _, company := range []meet.CompanyID{other.company.ID, "unknown"} {
			err := refusal(t, w, func(tx *store.Tx) (meet.Booking, error) { return tx.Booking(company, b.ID) })
			if !errors.Is(err, meet.ErrAppointmentNotFound) {
				t.Errorf("%s: %v", company, err)
			}
		}
	})

	s.that("its company and attendees are found by its id alone", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		b := m.booking()
		w.insert(t, b)
		for id, want := range map[meet.BookingID][]store.Seat{
			b.ID: {{Company: m.company.ID, Attendee: b.Attendees[0].ID, Generation: b.Attendees[0].Generation}}, "unknown": {},
		} {
			got := read(t, w, func(tx *store.Tx) ([]store.Seat, error) { return tx.Seats(id) })
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", id, got, want)
			}
		}
	})

	s.that("what cannot be is an error", func(t *testing.T, w *world) {
		for what, spoil := range map[string]func(*meet.Booking){
			"an end before the start": func(b *meet.Booking) { b.End = b.Start.Add(-time.Minute) },
			"no length":               func(b *meet.Booking) { b.End = b.Start },
			"an unknown host":         with("unknown"),
			"an unknown meeting type": func(b *meet.Booking) { b.Type = "unknown" },
			"an unknown company":      func(b *meet.Booking) { b.Company = "unknown" },
			"the same host twice":     func(b *meet.Booking) { b.Hosts = append(b.Hosts, b.Hosts[0]) },
			"no instant of creation":  func(b *meet.Booking) { b.CreatedAt = time.Time{} },
			"the same attendee twice": func(b *meet.Booking) { b.Attendees = append(b.Attendees, b.Attendees[0]) },
		} {
			t.Run(what, func(t *testing.T) {
				b := w.team(t, 1).booking(spoil)
				err := w.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertBooking(b) })
				if err == nil || meet.CodeOf(err) != "" {
					t.Errorf("stored: %v", err)
				}
			})
		}
	})

	s.that("a cancellation by nobody is an error", func(t *testing.T, w *world) {
		b := w.team(t, 1).booking()
		w.insert(t, b)
		b.Cancellation.At = meettest.Now()
		if err := w.Update(t.Context(), func(tx *store.Tx) error { return tx.UpdateBooking(b) }); err == nil {
			t.Error("stored")
		}
	})
}

func (w *world) booking(t tb, b meet.Booking) meet.Booking {
	t.Helper()
	return read(t, w, func(tx *store.Tx) (meet.Booking, error) { return tx.Booking(b.Company, b.ID) })
}

// fullBooking has a value in every field that a new booking can have one in.
func fullBooking(m team) meet.Booking {
	return m.booking(with(m.users[1].ID, m.users[0].ID), func(b *meet.Booking) {
		b.Before, b.After, b.Forced, b.SkipMail = 5*time.Minute, 10*time.Minute, true, true
		b.Name, b.Channel, b.Location, b.MeetingLink = "Kick-off", meet.Local, "Room 3", "https://meet.example.com/x"
		b.Sequence, b.ICSTitle, b.ICSDescription = 2, "title", "description"
		b.Extra = json.RawMessage(`{"paymentId":"p"}`)
		b.Attendees = []meet.Attendee{
			meettest.Attendee(func(a *meet.Attendee) {
				a.FullName, a.Guests = "Dr. Jane Smith", []string{"a@example.com", "b@example.com"}
				a.Notes = json.RawMessage(`{"company":"Acme"}`)
				a.UTM = meet.UTM{Source: "s", Medium: "m", Campaign: "c", Content: "o", Term: "t"}
				a.PolicyAcceptedAt, a.Generation = meettest.Now(), 4
			}),
			meettest.Attendee(func(a *meet.Attendee) { a.Email, a.ReceiveReminders = "", false }),
		}
	})
}
