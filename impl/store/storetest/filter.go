package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// filters checks which bookings a filter selects.
func filters(s suite) {
	s.that("by host, type and start, all at once", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		early, late := w.at(t, m, "10:00-10:30", 0), w.at(t, m, "11:00-11:30", 0)
		shared := m.booking(with(m.users[1].ID, m.users[0].ID), on(during(t, "12:00-12:30")))
		other := meettest.Booking(m.types[1], on(during(t, "13:00-13:30")))
		w.insert(t, shared, other)
		w.insert(t, w.team(t, 1).booking()) // of another company
		for _, test := range []struct {
			name   string
			filter store.BookingFilter
			want   []meet.BookingID
		}{
			{"all", store.BookingFilter{}, []meet.BookingID{early, late, shared.ID, other.ID}},
			{"a host", store.BookingFilter{Host: m.users[0].ID}, []meet.BookingID{early, late, shared.ID}},
			{"the other host", store.BookingFilter{Host: m.users[1].ID}, []meet.BookingID{shared.ID, other.ID}},
			{"a type", store.BookingFilter{Type: m.types[0].ID}, []meet.BookingID{early, late, shared.ID}},
			{"from a start", store.BookingFilter{StartFrom: at(t, "11:00")}, []meet.BookingID{late, shared.ID, other.ID}},
			{"until a start", store.BookingFilter{StartUntil: at(t, "11:00")}, []meet.BookingID{early}},
			{
				"a host, a type and a range",
				store.BookingFilter{Host: m.users[1].ID, Type: m.types[0].ID, StartFrom: at(t, "11:00"), StartUntil: at(t, "13:00")},
				[]meet.BookingID{shared.ID},
			},
		} {
			if got := w.ids(t, m, test.filter); !slices.Equal(got, test.want) {
				t.Errorf("%s: %v, want %v", test.name, got, test.want)
			}
		}
	})

	s.that("by status at the instant of the transaction", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		b := w.at(t, m, "10:00-10:30", 0)
		cancelled := m.booking(on(during(t, "10:30-11:00")))
		w.insert(t, cancelled)
		w.cancel(t, cancelled)
		for _, test := range []struct {
			now    string
			status store.BookingStatus
			want   []meet.BookingID
		}{
			{"10:29", store.Upcoming, []meet.BookingID{b}},
			{"10:30", store.Upcoming, nil},
			{"10:29", store.Past, nil},
			{"10:30", store.Past, []meet.BookingID{b}},
			{"10:29", store.Cancelled, []meet.BookingID{cancelled.ID}},
			{"23:00", store.Cancelled, []meet.BookingID{cancelled.ID}},
		} {
			w.set(at(t, test.now))
			if got := w.ids(t, m, store.BookingFilter{Status: test.status}); !slices.Equal(got, test.want) {
				t.Errorf("%s at %s: %v, want %v", test.status, test.now, got, test.want)
			}
		}
	})

	s.that("by a part of a name, an address or the meeting, whatever the case", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		b := m.booking(func(b *meet.Booking) {
			b.Name = "Kick-off 100%"
			b.Attendees[0] = meettest.Attendee(func(a *meet.Attendee) {
				a.FirstName, a.LastName, a.Email = "Zoë", "ÖRSTED_Smith", `Zoe\O@Example.com`
			})
		})
		w.insert(t, b, m.booking(on(during(t, "15:00-15:30"))))
		for search, want := range map[string]bool{
			"zoë örsted": true, "ZOË": true, "smith": true, "EXAMPLE.com": true, "kick-OFF": true,
			"100%": true, "d_s": true, `\o@`: true, // literally
			"zo%e": false, "k_ck": false, `\e`: false, "nobody": false,
		} {
			got := slices.Contains(w.ids(t, m, store.BookingFilter{Search: search}), b.ID)
			if got != want {
				t.Errorf("%q finds it: %v", search, got)
			}
		}
	})
}

// at stores a booking of the team's first user, made some time after the
// others.
func (w *world) at(t tb, m team, clock string, made time.Duration) meet.BookingID {
	t.Helper()
	b := m.booking(on(during(t, clock)), func(b *meet.Booking) { b.CreatedAt = b.CreatedAt.Add(made) })
	w.insert(t, b)
	return b.ID
}

// cancel calls a booking off.
func (w *world) cancel(t tb, b meet.Booking) {
	t.Helper()
	b.Cancellation = meet.Cancellation{At: w.now(), Source: meet.ByHost, By: string(b.Hosts[0])}
	w.update(t, func(tx *store.Tx) error {
		if err := tx.Release(b.ID); err != nil {
			return err
		}
		return tx.UpdateBooking(b)
	})
}

// ids returns all bookings of a team's company that a filter selects.
func (w *world) ids(t tb, m team, f store.BookingFilter) []meet.BookingID {
	t.Helper()
	f.Limit = 10_000
	ids, total := w.page(t, m, f)
	if len(ids) != total {
		t.Errorf("%d bookings of %d", len(ids), total)
	}
	return ids
}

// page returns the page that a filter selects, and the total.
func (w *world) page(t tb, m team, f store.BookingFilter) (ids []meet.BookingID, total int) {
	t.Helper()
	page := read(t, w, func(tx *store.Tx) (page []meet.Booking, err error) {
		page, total, err = tx.Bookings(m.company.ID, f)
		return page, err
	})
	return bookingIDs(page), total
}

func bookingIDs(all []meet.Booking) []meet.BookingID {
	var ids []meet.BookingID
	for _, b := range all {
		ids = append(ids, b.ID)
	}
	return ids
}
