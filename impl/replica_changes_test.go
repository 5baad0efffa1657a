package impl_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/client"
)

// Ensure a company has no more webhooks than it may, each of its own number.
func TestReplicas_Webhooks(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	mustBe(t, r.race(t, 12, func(i int, w *world) (*http.Response, error) {
		return w.owner.CreateWebhook(t.Context(), nil, client.WebhookCreate{
			Endpoint: fmt.Sprintf("https://hook%d.example", i), EventTypes: []client.WebhookEventType{"booking_created"},
		})
	}), map[int]int{201: 6, 406: 6})
}

// Ensure a user sends no more mails of their own words than they may.
func TestReplicas_QuickMail(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	b := r.owner.book(t)
	attendee := r.owner.appointment(t, b.AppointmentID).AttendeeIDs[0]
	mustBe(t, r.race(t, 12, func(_ int, w *world) (*http.Response, error) {
		return w.owner.send(t, http.MethodPost, "/v4/attendee/quick-mail", `{"attendeeId":"`+attendee+`","title":"Hello","content":"How are you?"}`)
	}), map[int]int{201: 5, 429: 7})
}

// Ensure slugs that are made of names differ, and that of several who wish
// for one, one gets it.
func TestReplicas_Slugs(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	users, types := map[string]string{}, map[string]bool{}
	hired := r.race(t, 8, func(i int, w *world) (*http.Response, error) {
		return w.platform.CreateUser(t.Context(), nil, grace(func(u *client.UserCreate) { u.Email = fmt.Sprintf("grace%d@demo.example", i) }))
	})
	mustBe(t, hired, map[int]int{201: 8})
	for _, a := range hired {
		n := decode[client.UserCreated](t, a.body)
		users[n.BookingURL] = n.UserID
	}
	named := r.race(t, 8, func(_ int, w *world) (*http.Response, error) {
		return w.owner.send(t, http.MethodPost, "/v4/meeting-type", `{"meetingInfo":{"name":"Talk","description":"","duration":30,"channel":"connect"}}`)
	})
	mustBe(t, named, map[int]int{201: 8})
	for _, a := range named {
		types[decode[client.MeetingType](t, a.body).ID] = true
	}
	if len(users) != 8 || len(types) != 8 {
		t.Errorf("users are %v", users)
	}
	wish := func(path string, ids []string) {
		mustBe(t, r.race(t, len(ids), func(i int, w *world) (*http.Response, error) {
			return w.owner.send(t, http.MethodPatch, path+ids[i], `{"slug":"the-same"}`)
		}), map[int]int{200: 1, 409: len(ids) - 1})
	}
	var some, others []string
	for _, id := range users {
		some = append(some, id)
	}
	for id := range types {
		others = append(others, id)
	}
	wish("/v4/user/", some)
	wish("/v4/meeting-type/", others)
	mustBe(t, r.race(t, 6, func(_ int, w *world) (*http.Response, error) {
		return w.platform.CreateUser(t.Context(), nil, grace(func(u *client.UserCreate) { u.Email = "twin@demo.example" }))
	}), map[int]int{201: 1, 409: 5})
}

// Ensure changes of different properties of a thing are all kept.
func TestReplicas_ChangesAdd(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	n := r.hires(t)
	hook := got[client.WebhookCreated](t, http.StatusCreated)(r.owner.CreateWebhook(t.Context(), nil,
		client.WebhookCreate{Endpoint: "https://hook.example", EventTypes: []client.WebhookEventType{"booking_created"}}))
	queued := r.typeID(t, "round-robin")
	queue := decode[client.Queue](t, wants(t, 200)(r.owner.send(t, http.MethodPatch, "/v4/queue/meeting-type/"+string(queued), `{}`)).body).ID
	for name, thing := range map[string]struct {
		path, read string
		changes    []string // %d is another number each time
	}{
		"meeting type": {
			"/v4/meeting-type/" + n.MeetingTypeID, "/v4/meeting-type/" + n.MeetingTypeID,
			[]string{`{"spots":%d}`, `{"bookingMinimum":%d}`, `{"timeslotInterval":1%d}`, `{"internalNotes":"x%d"}`},
		},
		"schedule": {"/v4/availability/" + n.AvailabilityID, "/v4/availability/" + n.AvailabilityID, []string{`{"name":"x%d"}`, `{"timezone":"Etc/GMT+%d"}`}},
		"user":     {"/v4/user/" + n.UserID, "/v4/user", []string{`{"givenName":"x%d"}`, `{"familyName":"y%d"}`, `{"slug":"another-%d"}`}},
		"webhook": {
			"/webhooks/" + client.WebhookIDText(hook.ID), "/webhooks",
			[]string{`{"description":"x%d"}`, `{"endpoint":"https://hook%d.example"}`},
		},
		"queue": {
			"/v4/queue/meeting-type/" + string(queued), "/v4/queue/" + queue,
			[]string{`{"maxLeadThreshold":%d}`, `{"userIds":["` + n.UserID + `","` + string(olivia) + `"],"userCapacities":[{"userId":"` + n.UserID + `","capacity":%d}]}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for round := 2; round < 8; round++ {
				answers := r.race(t, len(thing.changes), func(i int, w *world) (*http.Response, error) {
					return w.owner.send(t, http.MethodPatch, thing.path, fmt.Sprintf(thing.changes[i], round))
				})
				mustBe(t, answers, map[int]int{200: len(answers)})
				is := string(wants(t, http.StatusOK)(r.owner.send(t, http.MethodGet, thing.read, "")).body)
				for _, change := range thing.changes {
					change = fmt.Sprintf(change, round)
					if last := change[strings.LastIndex(change[:len(change)-3], ",")+1:]; !strings.Contains(is, strings.Trim(last, "{}[]")) {
						t.Fatalf("%s is lost: %s", change, is)
					}
				}
			}
		})
	}
}

// Ensure one queue is made for a meeting type that has none.
func TestReplicas_FirstQueue(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	for range 3 {
		typ := r.addType(t).ID
		queues := map[string]bool{}
		for _, a := range r.race(t, 6, func(_ int, w *world) (*http.Response, error) {
			return w.owner.send(t, http.MethodPatch, "/v4/queue/meeting-type/"+typ, `{"userIds":["`+string(olivia)+`"]}`)
		}) {
			if a.status != http.StatusOK {
				t.Fatalf("answered %d %s", a.status, a.body)
			}
			queues[decode[client.Queue](t, a.body).ID] = true
		}
		if len(queues) != 1 {
			t.Errorf("%d queues", len(queues))
		}
	}
}
