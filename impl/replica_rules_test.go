package impl_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
)

// replicas are two servers over one database, and their test.
type replicas struct {
	*world // the first
	all    []*world
}

// newReplicas makes servers over one database.
func newReplicas(t *testing.T) replicas {
	t.Helper()
	url, ring := postgrestest.Database(t), secret.New()
	var r replicas
	for range 2 {
		r.all = append(r.all, newWorld(t, func(s *impl.Settings) { s.Database, s.Ring = url, ring }))
	}
	r.world = r.all[0]
	return r
}

// race makes n requests at the same time, of each server in turn.
func (r replicas) race(t *testing.T, n int, do func(i int, w *world) (*http.Response, error)) []answer {
	t.Helper()
	return atOnce(t, n, func(i int) (*http.Response, error) {
		for try := 1; ; try++ {
			w, err := do(i, r.all[i%len(r.all)])
			if err != nil || w.StatusCode != http.StatusServiceUnavailable || try == 20 {
				return w, err
			}
			_ = w.Body.Close() // too many waited for the same; nothing was done
		}
	})
}

// mustBe asserts how often each status was answered.
func mustBe(t *testing.T, answers []answer, want map[int]int) {
	t.Helper()
	got := statuses(answers)
	if fmt.Sprint(got) == fmt.Sprint(want) {
		return
	}
	t.Errorf("answers were %v, want %v", got, want)
	for _, a := range answers {
		if want[a.status] == 0 {
			t.Errorf("one was %d %s", a.status, a.body)
		}
	}
}

// onDay books at an hour of a day of January 2024.
func onDay(day, hour int) func(*client.BookingRequest) {
	return starting(fmt.Sprintf("2024-01-%02dT%02d:00:00+01:00", day, hour))
}

// Ensure a limit is kept whichever server a booking comes by.
func TestReplicas_Limits(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	for name, options := range map[string]client.MeetingOptions{"day": {MaxPerDay: new(2)}, "week": {MaxPerWeek: new(2)}} {
		limited := ofType(r.addType(t, func(c *client.MeetingTypeCreate) {
			c.MeetingInfo.Name, c.MeetingOptions = name, &options
		}).ID)
		for _, day := range []int{15, 22, 29} {
			mustBe(t, r.race(t, 8, func(i int, w *world) (*http.Response, error) { return w.owner.tryBook(t, limited, onDay(day, 8+i)) }),
				map[int]int{201: 2, 400: 6})
		}
		for _, b := range r.live(t) {
			wants(t, http.StatusOK)(r.owner.CancelAppointment(t.Context(), uid(b.ID), nil, client.CancelRequest{}))
		}
	}
}

// Ensure a move keeps a limit, too.
func TestReplicas_LimitOfMoves(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	limited := ofType(r.addType(t, func(c *client.MeetingTypeCreate) { c.MeetingOptions = &client.MeetingOptions{MaxPerDay: new(1)} }).ID)
	var ids []string
	for day := 15; day < 20; day++ {
		ids = append(ids, r.owner.book(t, limited, onDay(day, 9)).AppointmentID)
	}
	for _, day := range []int{22, 23, 24} {
		moved := r.race(t, len(ids), func(i int, w *world) (*http.Response, error) {
			return w.owner.tryMove(t, ids[i], fmt.Sprintf("2024-01-%dT%02d:00:00+01:00", day, 9+i))
		})
		mustBe(t, moved, map[int]int{200: 1, 400: 4})
	}
}

// Ensure those who come first to a group together share one meeting, until
// it is full.
func TestReplicas_GroupBegins(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	group := ofType(r.typeID(t, "group"))
	for hour := 8; hour < 14; hour++ {
		mustBe(t, r.race(t, 8, func(i int, w *world) (*http.Response, error) {
			return w.owner.tryBook(t, group, numbered(i), onDay(15, hour))
		}), map[int]int{201: 5, 400: 3})
	}
	for _, b := range r.checkApart(t) {
		if len(b.Attendees) != 5 {
			t.Errorf("%d sit at %s", len(b.Attendees), b.Start)
		}
	}
}

// Ensure no more seats of a group are held than there are.
func TestReplicas_HeldSeats(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	group := r.typeID(t, "group")
	for hour := 8; hour < 12; hour++ {
		r.owner.book(t, ofType(group), onDay(15, hour))
	}
	r.owner.changes(t, string(group), `{"meetingOptions":{"doubleOptIn":"enabled"}}`)
	for hour := 8; hour < 12; hour++ {
		mustBe(t, r.race(t, 8, func(i int, w *world) (*http.Response, error) {
			return w.owner.tryBook(t, ofType(group), numbered(i), onDay(15, hour))
		}), map[int]int{201: 4, 400: 4})
	}
}

// Ensure nobody joins a group at another time than they asked for, while its
// host moves it.
func TestReplicas_GroupMoves(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	group := ofType(r.typeID(t, "group"))
	for day := 15; day < 20; day++ {
		first := r.owner.book(t, group, onDay(day, 9))
		answers := r.race(t, 6, func(i int, w *world) (*http.Response, error) {
			if i == 3 {
				return w.owner.tryMove(t, first.AppointmentID, fmt.Sprintf("2024-01-%dT14:00:00+01:00", day))
			}
			return w.owner.tryBook(t, group, onDay(day, 9), numbered(i))
		})
		if a := answers[3]; a.status != http.StatusOK {
			t.Errorf("the move answered %d %s", a.status, a.body)
		}
	}
	for _, b := range r.checkApart(t) {
		for _, e := range r.created(t, b) {
			for _, a := range e.Attendees {
				if moved := b.RescheduleCount > 0; moved && e.RescheduleCount > 0 {
					t.Errorf("%s asked for nine o'clock and got %s", a.Email, e.Start)
				}
			}
		}
	}
}

// created returns the booking as it was whenever somebody booked it.
func (w *world) created(t *testing.T, b meet.Booking) (all []meet.Booking) {
	t.Helper()
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		events, err := tx.Events(string(b.ID))
		for _, e := range events {
			if e.Kind == meet.BookingCreated {
				all = append(all, *decode[meet.Happening](t, e.Snapshot).Booking)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Ensure a link is good for one booking.
func TestReplicas_OneTimeLink(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	private := r.typeID(t, "one-time")
	for day := 15; day < 19; day++ {
		link := got[client.OneTimeLink](t, http.StatusCreated)(r.owner.CreateOneTimeLink(t.Context(), uid(private), nil, client.OneTimeLinkCreate{}))
		mustBe(t, r.race(t, 8, func(i int, w *world) (*http.Response, error) {
			return w.owner.tryBook(t, ofType(private), onDay(day, 8+i), func(b *client.BookingRequest) { b.OneTimeLinkID = new(uid(link.ID)) })
		}), map[int]int{201: 1, 400: 7})
	}
}

// Ensure the members of a queue take turns.
func TestReplicas_Turns(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	adaID, _ := r.ada(t)
	team := []meet.UserID{adaID, r.userID(t, "ben@demo.example"), r.userID(t, "cleo@demo.example")}
	for _, kind := range []meet.QueueKind{meet.SimpleRoundRobin, meet.EqualDistribution} {
		typ := r.addType(t).ID
		q := meet.Queue{
			ID: meet.QueueID(uuid.NewString()), Company: r.demo.CompanyID(), Type: meet.MeetingTypeID(typ), Kind: kind, Period: meet.PerMonth,
			Members: meet.Members(team, morning),
		}
		r.update(t, func(tx *store.Tx) error { return tx.InsertQueue(q) })
		mustBe(t, r.race(t, 16, func(i int, w *world) (*http.Response, error) {
			return w.owner.tryBook(t, ofType(typ), inQueue(q.ID), hostedBy(), onDay(15+i%5, 8+i/5))
		}), map[int]int{201: 16})
		count := map[meet.UserID]int{}
		for _, b := range r.checkApart(t) {
			count[b.Hosts[0]]++
			wants(t, http.StatusOK)(r.owner.CancelAppointment(t.Context(), uid(b.ID), nil, client.CancelRequest{}))
		}
		for _, n := range count {
			if n < 5 || n > 6 {
				t.Errorf("%s gave %v", kind, count)
			}
		}
	}
}
