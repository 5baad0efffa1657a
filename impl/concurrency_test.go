package impl_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// atOnce makes requests at the same time and returns their answers.
func atOnce(t *testing.T, n int, do func(i int) (*http.Response, error)) []answer {
	t.Helper()
	all := make([]answer, n)
	errs := make([]error, n)
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			all[i], errs[i] = readAll(do(i))
		})
	}
	done.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return all
}

// statuses counts answers by their status.
func statuses(answers []answer) map[int]int {
	count := map[int]int{}
	for _, a := range answers {
		count[a.status]++
	}
	return count
}

// live returns the bookings of the company that were not cancelled.
func (w *world) live(t *testing.T) []meet.Booking {
	t.Helper()
	var live []meet.Booking
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		all, _, err := tx.Bookings(w.demo.CompanyID(), store.BookingFilter{Limit: 1_000_000})
		for _, b := range all {
			if !b.IsCancelled() {
				live = append(live, b)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return live
}

// checkApart asserts that no two unforced bookings of a host overlap, and
// that what the database holds for occupied is what the bookings say.
func (w *world) checkApart(t *testing.T) []meet.Booking {
	t.Helper()
	live := w.live(t)
	occupied := map[meet.UserID][]meet.Range{}
	for i, b := range live {
		for _, h := range b.Hosts {
			occupied[h] = append(occupied[h], b.Occupied())
			for _, o := range live[:i] {
				if o.HasHost(h) && !o.Forced && !b.Forced && o.Occupied().Overlaps(b.Occupied()) {
					t.Errorf("%s has %v and %v", h, o.Occupied(), b.Occupied())
				}
			}
		}
	}
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		hosts := slices.Collect(maps.Keys(occupied))
		all := meet.Range{Start: at("2000-01-01T00:00:00Z"), End: at("2100-01-01T00:00:00Z")}
		found, err := tx.Occupied(store.OccupiedQuery{Hosts: hosts, Range: all})
		if err != nil {
			return err
		}
		rows := map[meet.UserID][]meet.Range{}
		for host, o := range found {
			rows[host] = o.Others
		}
		byStart := cmpopts.SortSlices(func(a, b meet.Range) bool {
			return a.Start.Before(b.Start) || a.Start.Equal(b.Start) && a.End.Before(b.End)
		})
		if diff := cmp.Diff(occupied, rows, byStart, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("occupied (-by the bookings +in the database):\n%s", diff)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return live
}

// newDiskWorld is newWorld with a database in a file.
func newDiskWorld(t *testing.T) *world {
	t.Helper()
	return newWorld(t, onDisk(filepath.Join(t.TempDir(), "meetwright.db")))
}

func TestCreateBooking_SameSlotAtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	count := statuses(atOnce(t, 64, func(int) (*http.Response, error) { return w.owner.tryBook(t) }))
	if count[201] != 1 || count[400] != 63 {
		t.Errorf("answers were %v, want one 201 and 63 times 400", count)
	}
	if live := w.checkApart(t); len(live) != 1 {
		t.Errorf("%d bookings", len(live))
	}
}

// Ensure bookings that overlap in part, of different meeting types with
// different buffers, keep apart.
func TestCreateBooking_OverlapsAtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	multi := w.typeID(t, "multi-duration")
	buffered := w.addType(t, func(c *client.MeetingTypeCreate) {
		c.TimeslotInterval, c.MeetingInfo.BufferBefore, c.MeetingInfo.BufferAfter = new(5), new(10), new(25)
	}).ID
	nine := at("2024-01-15T09:00:00+01:00")
	count := statuses(atOnce(t, 72, func(i int) (*http.Response, error) {
		later := func(step time.Duration) func(*client.BookingRequest) {
			return func(r *client.BookingRequest) { r.Start = nine.Add(time.Duration(i/3) * step) }
		}
		switch i % 3 {
		case 0:
			return w.owner.tryBook(t, ofType(multi), later(15*time.Minute), func(r *client.BookingRequest) { r.Duration = new(60) })
		case 1:
			return w.owner.tryBook(t, ofType(multi), later(15*time.Minute), func(r *client.BookingRequest) { r.Duration = new(15) })
		}
		return w.owner.tryBook(t, ofType(buffered), later(5*time.Minute))
	}))
	live := w.checkApart(t)
	if count[201] != len(live) || count[201] < 5 || count[201]+count[400] != 72 {
		t.Errorf("answers were %v for %d bookings", count, len(live))
	}
}

// Ensure meetings with several hosts take all of them or none.
func TestCreateBooking_SharedHostsAtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	team := w.chosenType(t)
	adaID, _ := w.ada(t)
	ben, cleo := w.userID(t, "ben@demo.example"), w.userID(t, "cleo@demo.example")
	teams := [][]meet.UserID{{adaID, ben}, {ben, cleo}, {cleo, adaID}, {adaID}, {ben}, {cleo}, {adaID, ben, cleo}}
	count := statuses(atOnce(t, 8*len(teams), func(i int) (*http.Response, error) {
		start := starting(fmt.Sprintf("2024-01-15T%02d:00:00+01:00", 9+i/len(teams)/2))
		return w.owner.tryBook(t, ofType(team), hostedBy(teams[i%len(teams)]...), start)
	}))
	live := w.checkApart(t)
	if count[201] != len(live) || count[201] < 4 || count[201] > 12 || count[201]+count[400] != 8*len(teams) {
		t.Errorf("answers were %v for %d bookings", count, len(live))
	}
}

// Ensure nothing that happens at the same time puts one meeting over
// another: bookings, also forced ones, moves and cancellations.
func TestBookings_EverythingAtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	half := func(i int) func(*client.BookingRequest) {
		return func(r *client.BookingRequest) {
			r.Start = at("2024-01-15T08:00:00+01:00").Add(time.Duration(i%12) * 30 * time.Minute)
		}
	}
	var ids []uuid.UUID
	for i := range 6 {
		ids = append(ids, uid(w.owner.book(t, half(2*i)).AppointmentID))
	}
	count := statuses(atOnce(t, 90, func(i int) (*http.Response, error) {
		id := ids[i%len(ids)]
		switch i % 5 {
		case 0, 1:
			return w.owner.tryBook(t, half(i))
		case 2:
			return w.owner.RescheduleAppointment(t.Context(), id, nil, client.RescheduleRequest{Start: booking(half(i / 5)).Start})
		case 3:
			if i%2 == 0 {
				return w.owner.tryBook(t, half(i), forced)
			}
			return w.owner.RescheduleAppointment(t.Context(), id, nil, client.RescheduleRequest{Start: booking(half(i / 5)).Start, IgnoreAvailability: new(true)})
		}
		return w.owner.CancelAppointment(t.Context(), id, nil, client.CancelRequest{})
	}))
	if count[200]+count[201]+count[400] != 90 || count[201] == 0 || count[200] < 6 {
		t.Errorf("answers were %v", count)
	}
	w.checkApart(t)
}

// Ensure a group never has more attendees than seats, in one appointment.
func TestCreateBooking_LastSeatsAtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	group := ofType(w.typeID(t, "group"))
	secrets, ids := map[string]bool{}, map[string]bool{}
	for _, a := range atOnce(t, 24, func(i int) (*http.Response, error) {
		return w.owner.tryBook(t, group, named(fmt.Sprint("Guest ", i), fmt.Sprintf("guest%d@example.com", i)))
	}) {
		if a.status == http.StatusCreated {
			b := decode[client.Booked](t, a.body)
			secrets[b.Secret], ids[b.AppointmentID] = true, true
		}
	}
	if len(secrets) != 5 || len(ids) != 1 {
		t.Errorf("%d secrets of %d appointments", len(secrets), len(ids))
	}
	if live := w.checkApart(t); len(live) != 1 || len(live[0].Attendees) != 5 {
		t.Errorf("bookings are %+v", live)
	}
}

// Ensure nobody who asks for several hosts ends up with one of them.
func TestCreateBooking_GroupOfSeveralHosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, _ := w.ada(t)
	ben := w.userID(t, "ben@demo.example")
	typ := w.addType(t, func(c *client.MeetingTypeCreate) {
		c.Spots, c.MeetingOptions = new(3), &client.MeetingOptions{AllowHostSelection: new(true)}
	}).ID
	w.addQueue(t, meet.MeetingTypeID(typ), false, adaID, ben)
	ten := starting("2024-01-15T10:00:00+01:00")
	alone := w.owner.book(t, ofType(typ), hostedBy(adaID))
	both := w.owner.book(t, ofType(typ), hostedBy(adaID, ben), ten)
	starts := startsOf(t, w.owner.slots(t, slotsOf(typ, adaID, ben), everyone))
	if slices.Contains(starts, "2024-01-15 09:00") || !slices.Contains(starts, "2024-01-15 10:00") {
		t.Errorf("slots are %v", starts)
	}
	w.owner.isTaken(t, ofType(typ), hostedBy(adaID, ben))
	for _, joined := range []client.Booked{w.owner.book(t, ofType(typ), hostedBy(ben, adaID), ten), w.owner.book(t, ofType(typ), hostedBy(ben), ten)} {
		if joined.AppointmentID != both.AppointmentID {
			t.Errorf("joined %s, want %s", joined.AppointmentID, both.AppointmentID)
		}
	}
	if again := w.owner.book(t, ofType(typ), hostedBy(adaID)); again.AppointmentID != alone.AppointmentID {
		t.Errorf("joined %s, want %s", again.AppointmentID, alone.AppointmentID)
	}
	w.checkApart(t)
}

// Ensure a key that names one intent books once, however often it is sent.
func TestCreateBooking_SameKeyAtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	params := &client.CreateBookingParams{IdempotencyKey: new("twin")}
	all := atOnce(t, 32, func(int) (*http.Response, error) { return w.owner.CreateBooking(t.Context(), params, booking()) })
	first := 0
	for _, a := range all {
		if a.status != http.StatusCreated || string(a.body) != string(all[0].body) {
			t.Errorf("answers are %d %s and %s", a.status, a.body, all[0].body)
		}
		if a.header.Get("Idempotency-Replayed") == "" {
			first++
		}
	}
	if live := w.checkApart(t); len(live) != 1 || first != 1 {
		t.Errorf("%d bookings, %d answers that were no repetition", len(live), first)
	}
}
