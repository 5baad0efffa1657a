package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// order checks in which order things are listed, and that pages fit
// together.
func order(s suite) {
	s.that("bookings are listed by start or by creation, up or down", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		a := w.at(t, m, "11:00-11:30", 0)
		b := w.at(t, m, "09:00-09:30", 2*time.Second)
		c := w.at(t, m, "10:00-10:30", time.Second)
		for _, test := range []struct {
			name   string
			filter store.BookingFilter
			want   []meet.BookingID
		}{
			{"by start", store.BookingFilter{}, []meet.BookingID{b, c, a}},
			{"by start, down", store.BookingFilter{Descending: true}, []meet.BookingID{a, c, b}},
			{"by creation", store.BookingFilter{ByCreation: true}, []meet.BookingID{a, c, b}},
			{"by creation, down", store.BookingFilter{ByCreation: true, Descending: true}, []meet.BookingID{b, c, a}},
		} {
			if diff := cmp.Diff(test.want, w.ids(t, m, test.filter)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
		}
	})

	s.that("ties are broken by id, compared byte by byte", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		want := []meet.BookingID{"0-a", "00", "0a", "9", "A", "Z", "a", "a-", "b", "é"}
		shuffled := slices.Clone(want)
		slices.Reverse(shuffled)
		for _, id := range shuffled {
			w.insert(t, m.booking(func(b *meet.Booking) { b.ID, b.Forced = id, true }))
		}
		if diff := cmp.Diff(want, w.ids(t, m, store.BookingFilter{})); diff != "" {
			t.Errorf("up (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(shuffled, w.ids(t, m, store.BookingFilter{Descending: true})); diff != "" {
			t.Errorf("down (-want +got):\n%s", diff)
		}
	})

	s.that("pages list everything once", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		const size = 11
		for i := range size {
			w.insert(t, m.booking(func(b *meet.Booking) { // pairs have the same start
				b.Start = b.Start.Add(time.Duration(i/2) * time.Hour)
				b.End, b.Forced = b.Start.Add(time.Hour), true
			}))
		}
		for _, descending := range []bool{false, true} {
			all := w.ids(t, m, store.BookingFilter{Descending: descending})
			var paged []meet.BookingID
			for offset := 0; offset < size+4; offset += 4 {
				page, total := w.page(t, m, store.BookingFilter{Descending: descending, Limit: 4, Offset: offset})
				if total != size {
					t.Errorf("the total is %d", total)
				}
				paged = append(paged, page...)
			}
			if diff := cmp.Diff(all, paged); diff != "" || len(all) != size {
				t.Errorf("pages (-want +got):\n%s", diff)
			}
		}
	})

	s.that("a page of bookings has their hosts and attendees", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		both := m.booking(with(m.users[1].ID, m.users[0].ID))
		full := group(m, "Ann", "Bob")
		on(during(t, "14:00-14:30"))(&full)
		w.insert(t, both, full)
		page := read(t, w, func(tx *store.Tx) ([]meet.Booking, error) {
			page, _, err := tx.Bookings(m.company.ID, store.BookingFilter{Limit: 10})
			return page, err
		})
		if len(page) != 2 || !slices.Equal(page[0].Hosts, both.Hosts) || !slices.Equal(attendeeIDs(page[1]), attendeeIDs(full)) {
			t.Errorf("the page is %+v", page)
		}
	})

	s.that("a host's day is what starts on it, by start", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		last, first := w.at(t, m, "11:30-12:30", 0), w.at(t, m, "10:00-10:30", 0)
		w.at(t, m, "09:30-10:00", 0)
		w.at(t, m, "12:30-13:00", 0)
		w.insert(t, m.booking(with(m.users[1].ID), on(during(t, "10:30-11:00"))))
		cancelled := m.booking(on(during(t, "11:00-11:30")))
		w.insert(t, cancelled)
		w.cancel(t, cancelled)
		day := read(t, w, func(tx *store.Tx) ([]meet.Booking, error) {
			return tx.HostDay(m.company.ID, m.users[0].ID, during(t, "10:00-12:30"))
		})
		if diff := cmp.Diff([]meet.BookingID{first, last}, bookingIDs(day)); diff != "" {
			t.Errorf("the day (-want +got):\n%s", diff)
		}
	})

	s.that("the current booking is the one that runs, else the next", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		one, two := w.at(t, m, "10:00-10:30", 0), w.at(t, m, "11:00-11:30", 0)
		w.insert(t, m.booking(with(m.users[1].ID), on(during(t, "09:00-09:30"))))
		for now, want := range map[string]meet.BookingID{"08:00": one, "10:00": one, "10:29": one, "10:30": two, "11:15": two, "11:30": ""} {
			w.set(at(t, now))
			var found bool
			got := read(t, w, func(tx *store.Tx) (b meet.Booking, err error) {
				b, found, err = tx.CurrentBooking(m.company.ID, m.users[0].ID)
				return b, err
			})
			if got.ID != want || found != (want != "") {
				t.Errorf("at %s: %q, %v", now, got.ID, found)
			}
		}
	})
}
