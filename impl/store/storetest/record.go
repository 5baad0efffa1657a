package storetest

import (
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// records checks the small things that are kept: links, webhooks, events and
// captured mails.
func records(s suite) {
	s.that("a one-time link is spent by one, for its type and company", func(t *testing.T, w *world) {
		m, other := w.team(t, 2), w.team(t, 1)
		kind := m.types[0].ID
		w.update(t, func(tx *store.Tx) error { return tx.InsertOneTimeLink("link", m.company.ID, kind, "For Ann") })
		fresh := store.OneTimeLink{Company: m.company.ID, Type: kind}
		w.wantLink(t, fresh)
		spend := func(company meet.CompanyID, kind meet.MeetingTypeID) (spent bool) {
			err := w.Update(t.Context(), func(tx *store.Tx) (err error) {
				spent, err = tx.SpendOneTimeLink(company, "link", kind)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			return spent
		}
		if spend(other.company.ID, kind) || spend(m.company.ID, m.types[1].ID) {
			t.Error("spent by a stranger or for another type")
		}
		var spent atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if spend(m.company.ID, kind) {
					spent.Add(1)
				}
			})
		}
		all.Wait()
		if n := spent.Load(); n != 1 {
			t.Errorf("spent by %d", n)
		}
		w.wantLink(t, store.OneTimeLink{Company: m.company.ID, Type: kind, UsedAt: meettest.Now()})
		w.update(t, func(tx *store.Tx) error { return tx.ReturnOneTimeLink("link") })
		w.wantLink(t, fresh)
		if !spend(m.company.ID, kind) {
			t.Error("given back, and yet it is used up")
		}
	})

	s.that("webhooks are numbered, changed and deleted", func(t *testing.T, w *world) {
		m, other := w.team(t, 1), w.team(t, 1)
		var hooks []meet.Webhook
		numbers := []int64{1, 1, 2} // each company counts its own
		for i, company := range []meet.Company{m.company, other.company, m.company} {
			want := meettest.Webhook(company, func(h *meet.Webhook) { h.Enabled = i == 0 })
			var got meet.Webhook
			w.update(t, func(tx *store.Tx) (err error) {
				got, err = tx.InsertWebhook(want)
				return err
			})
			want.Number = numbers[i]
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			hooks = append(hooks, got)
		}
		list := func(tx *store.Tx) ([]meet.Webhook, error) { return tx.Webhooks(m.company.ID) }
		if diff := cmp.Diff([]meet.Webhook{hooks[0], hooks[2]}, read(t, w, list)); diff != "" {
			t.Errorf("listed (-want +got):\n%s", diff)
		}
		hooks[0].Endpoint, hooks[0].Description, hooks[0].Enabled = "https://example.com/new", "new", false
		hooks[0].FailingSince = meettest.Now()
		hooks[0].Events = []meet.EventKind{meet.NewEmployee}
		waiting := meettest.Job(m.company, func(j *meet.Job) { j.Lane = string(hooks[2].ID) })
		w.insert(t, waiting)
		w.update(t, func(tx *store.Tx) error { return tx.UpdateWebhook(hooks[0]) })
		w.update(t, func(tx *store.Tx) error { return tx.DeleteWebhook(hooks[2].ID) })
		if diff := cmp.Diff(hooks[:1], read(t, w, list)); diff != "" {
			t.Errorf("listed after the changes (-want +got):\n%s", diff)
		}
		if got := w.jobs(t, waiting.Lane)[0].State; got != meet.JobDead {
			t.Errorf("a delivery to the deleted one is %s", got)
		}
		w.update(t, func(tx *store.Tx) error {
			next, err := tx.InsertWebhook(meettest.Webhook(m.company))
			if next.Number != 3 {
				t.Errorf("after one was deleted, the next has number %d", next.Number)
			}
			return err
		})
		for _, id := range []meet.WebhookID{hooks[1].ID, hooks[2].ID} { // foreign, deleted
			err := refusal(t, w, func(tx *store.Tx) (meet.Webhook, error) { return tx.Webhook(m.company.ID, id) })
			if !errors.Is(err, meet.ErrWebhookNotFound) {
				t.Error(err)
			}
		}
	})

	s.that("events of a subject are listed in the order in which they were stored", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		event := func(id meet.EventID, subject string, after time.Duration) meet.Event {
			return meet.Event{
				ID: id, Company: c.ID, Kind: meet.BookingCreated, Subject: subject, Snapshot: json.RawMessage(`{"a":1}`), At: meettest.Now().Add(after),
			}
		}
		first, second, third := event("b", "booking", 0), event("c", "booking", 0), event("a", "booking", time.Second)
		for _, e := range []meet.Event{third, second, event("d", "other", 0), first} {
			w.update(t, func(tx *store.Tx) error { return tx.InsertEvent(e) })
		}
		got := read(t, w, func(tx *store.Tx) ([]meet.Event, error) { return tx.Events("booking") })
		if diff := cmp.Diff([]meet.Event{third, second, first}, got); diff != "" {
			t.Errorf("listed (-want +got):\n%s", diff)
		}
		for id, want := range map[meet.EventID]bool{"b": true, "unknown": false} {
			var found bool
			e := read(t, w, func(tx *store.Tx) (e meet.Event, err error) {
				e, found, err = tx.Event(id)
				return e, err
			})
			if found != want || found && !cmp.Equal(first, e) {
				t.Errorf("%s: %v, %v", id, e, found)
			}
		}
	})

	s.that("old events of which no job tells are deleted, the oldest first", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		for i, id := range []meet.EventID{"told", "old", "older", "young"} {
			at := meettest.Now().Add(time.Duration([]int{-9, -2, -3, 0}[i]) * time.Hour)
			e := meet.Event{ID: id, Company: c.ID, Kind: meet.BookingCreated, Subject: "booking", Snapshot: json.RawMessage(`{}`), At: at}
			w.update(t, func(tx *store.Tx) error { return tx.InsertEvent(e) })
		}
		w.insert(t, meettest.Job(c, func(j *meet.Job) { j.Subject = "told" }))
		for _, want := range [][]meet.EventID{{"told", "old", "young"}, {"told", "young"}, {"told", "young"}} {
			w.update(t, func(tx *store.Tx) error {
				_, err := tx.DeleteEvents(meettest.Now(), 1)
				return err
			})
			got := read(t, w, func(tx *store.Tx) ([]meet.Event, error) {
				return tx.EventsByID([]meet.EventID{"told", "old", "older", "young"})
			})
			var left []meet.EventID
			for _, e := range got {
				left = append(left, e.ID)
			}
			slices.Sort(left)
			slices.Sort(want)
			if !slices.Equal(left, want) {
				t.Errorf("left are %v, want %v", left, want)
			}
		}
	})

	s.that("captured mails but the newest are deleted", func(t *testing.T, w *world) {
		for i := range 5 {
			w.set(meettest.Now().Add(time.Duration(i) * time.Second))
			w.update(t, func(tx *store.Tx) error { return tx.InsertMessage(store.Message{ID: string(rune('1' + i))}) })
		}
		for _, want := range []int{2, 1, 0} {
			w.update(t, func(tx *store.Tx) error {
				n, err := tx.DeleteOldMessages(2, 2)
				if n != want {
					t.Errorf("%d were deleted, want %d", n, want)
				}
				return err
			})
		}
		if got := read(t, w, func(tx *store.Tx) ([]store.Message, error) { return tx.Messages("") }); len(got) != 2 || got[0].ID != "5" || got[1].ID != "4" {
			t.Errorf("left are %v", got)
		}
	})

	s.that("captured mails are listed by recipient, the newest first, and emptied", func(t *testing.T, w *world) {
		for i, to := range []string{"ann@example.com", "bob@example.com", "ann@example.com"} {
			w.set(meettest.Now().Add(time.Duration(i) * time.Second))
			m := store.Message{ID: string(rune('1' + i)), Sender: "meet@example.com", Recipient: to, Subject: "Invitation", Sealed: "sealed"}
			double := m
			double.Subject = "Again"
			w.update(t, func(tx *store.Tx) error { return errors.Join(tx.InsertMessage(m), tx.InsertMessage(double)) })
		}
		for to, want := range map[string][]string{"": {"3", "2", "1"}, "ann@example.com": {"3", "1"}, "cid@example.com": nil} {
			var got []string
			for _, m := range read(t, w, func(tx *store.Tx) ([]store.Message, error) { return tx.Messages(to) }) {
				got = append(got, m.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("to %q: %v, want %v", to, got, want)
			}
		}
		m, found := w.message(t, "2")
		want := store.Message{
			ID: "2", Sender: "meet@example.com", Recipient: "bob@example.com", Subject: "Invitation", Sealed: "sealed", At: meettest.Now().Add(time.Second),
		}
		if diff := cmp.Diff(want, m); diff != "" || !found {
			t.Errorf("read (-want +got):\n%s", diff)
		}
		w.update(t, (*store.Tx).DeleteMessages)
		if _, found := w.message(t, "2"); found {
			t.Error("one is left")
		}
	})

	s.that("attendees make contacts, the same ones again and again", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		for _, a := range []meet.Attendee{
			meettest.Attendee(),
			meettest.Attendee(func(a *meet.Attendee) { a.Email, a.UTM.Source = "JANE.smith@example.com", "ads" }),
			meettest.Attendee(func(a *meet.Attendee) { a.Email = "" }),
			meettest.Attendee(func(a *meet.Attendee) { a.Email, a.FullName = "", "Jane Smith" }),
			meettest.Attendee(func(a *meet.Attendee) { a.Email, a.Phone = "", "" }),
		} {
			w.update(t, func(tx *store.Tx) error { return tx.KeepContact(c.ID, a) })
		}
	})
}

// wantLink checks what is told of a link, and that another is not there.
func (w *world) wantLink(t tb, want store.OneTimeLink) {
	t.Helper()
	for id, there := range map[string]bool{"link": true, "other": false} {
		var found bool
		got := read(t, w, func(tx *store.Tx) (l store.OneTimeLink, err error) {
			l, found, err = tx.OneTimeLink(id)
			return l, err
		})
		if found != there || found && (got.Company != want.Company || got.Type != want.Type || !got.UsedAt.Equal(want.UsedAt)) {
			t.Errorf("%s is %+v (%v), want %+v", id, got, found, want)
		}
	}
}

func (w *world) message(t tb, id string) (m store.Message, found bool) {
	t.Helper()
	m = read(t, w, func(tx *store.Tx) (m store.Message, err error) {
		m, found, err = tx.Message(id)
		return m, err
	})
	return m, found
}
