package impl_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure the event of the published sample has the published body, and more.
func TestEvent_Booked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReceiver(t)
	w.owner.subscribes(t, r, "booking_created")
	w.owner.changes(t, string(intro), `{"metadata":{"crm":"42"}}`)
	b := w.owner.book(t)
	w.delivers(t)
	e := one(t, r.took())
	body := decode[map[string]any](t, []byte(e.body))
	attendee := body["attendees"].([]any)[0].(map[string]any)
	want := map[string]any{
		"webhookType": "booking_created", "id": b.AppointmentID,
		"start": "2024-01-15T09:00:00+01:00", "end": "2024-01-15T09:30:00+01:00",
		"hostIds": []any{string(olivia)}, "meetingTypeId": string(intro),
		"attendees": []any{map[string]any{"email": "client@example.com", "firstname": "Jane", "lastname": "Smith"}},
	}
	published := map[string]any{"attendees": []any{map[string]any{
		"email": attendee["email"], "firstname": attendee["firstname"], "lastname": attendee["lastname"],
	}}}
	for _, name := range []string{"webhookType", "id", "start", "end", "hostIds", "meetingTypeId"} {
		published[name] = body[name]
	}
	if diff := cmp.Diff(want, published); diff != "" {
		t.Errorf("the body (-want +got):\n%s", diff)
	}
	if *e.IsCancelled || e.Cancel != nil || e.PreviousStart != nil || e.MeetingType.Metadata["crm"] != "42" || e.Hosts[0].Email != "olivia@demo.example" ||
		*e.CompanyID != string(w.demo.CompanyID()) || body["secret"] != nil || body["ics"] != nil {
		t.Errorf("the event is %s", e.body)
	}
}

// Ensure each appointment's events arrive as they happened, in order.
func TestEvent_MovedAndCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReceiver(t)
	w.owner.subscribes(t, r, "booking_cancelled", "booking_rescheduled", "booking_created")
	r.answers(http.StatusInternalServerError)
	b := w.owner.book(t)
	w.owner.moves(t, b.AppointmentID, "2024-07-15T10:00:00+02:00")
	w.owner.cancels(t, b.AppointmentID, client.CancelRequest{Reason: new("ill")})
	w.delivers(t)
	if first := one(t, r.took()); first.WebhookType != "booking_created" {
		t.Errorf("began with %s", first.body)
	}
	r.answers(0)
	w.setClock(t, "2024-01-10T08:01:00Z")
	w.delivers(t)
	all := r.took()
	if len(all) != 3 {
		t.Fatalf("received %+v", all)
	}
	created, moved, cancelled := decode[map[string]any](t, []byte(all[0].body)), decode[map[string]any](t, []byte(all[1].body)), all[2]
	if created["start"] != "2024-01-15T09:00:00+01:00" || all[0].RescheduledAt != nil || *all[0].IsCancelled {
		t.Errorf("created: %s", all[0].body)
	}
	if moved["webhookType"] != "booking_rescheduled" || moved["start"] != "2024-07-15T10:00:00+02:00" || moved["end"] != "2024-07-15T10:30:00+02:00" ||
		moved["previousStart"] != "2024-01-15T09:00:00+01:00" || *all[1].RescheduleCount != 1 || *all[1].IsCancelled {
		t.Errorf("moved: %s", all[1].body)
	}
	if cancelled.WebhookType != "booking_cancelled" || !*cancelled.IsCancelled || text(cancelled.Cancel.Reason) != "ill" || text(cancelled.Cancel.ActionSource) != "host" ||
		text(cancelled.Cancel.ActionBy) != string(olivia) || !cancelled.Cancel.ActionAt.Equal(morning) || cancelled.PreviousStart != nil {
		t.Errorf("cancelled: %s", cancelled.body)
	}
}

// Ensure one who leaves a group is told of alone, and the meeting stands.
func TestEvent_Left(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReceiver(t)
	w.owner.subscribes(t, r, "booking_cancelled")
	webinar := ofType(w.typeID(t, "group"))
	b := w.owner.book(t, webinar)
	w.owner.book(t, webinar, named("Grace Hopper", "grace@example.com"))
	jane := w.owner.appointment(t, b.AppointmentID).Attendees[0]
	w.owner.cancels(t, b.AppointmentID, client.CancelRequest{AttendeeID: new(uid(jane.ID)), Reason: new("no time")})
	w.delivers(t)
	e := one(t, r.took())
	if a := one(t, e.Attendees); *a.ID != jane.ID || *e.IsCancelled || text(e.Cancel.Reason) != "no time" || len(e.AttendeeIDs) != 1 || e.ID != b.AppointmentID {
		t.Errorf("received %s", e.body)
	}
}

func TestEvent_NewEmployee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReceiver(t)
	hook := w.owner.subscribes(t, r, "new_employee")
	w.update(t, func(tx *store.Tx) error {
		ada, err := tx.UserByEmail(w.demo.CompanyID(), "ada@demo.example")
		if err != nil {
			return err
		}
		snapshot, err := json.Marshal(meet.Happening{User: &ada})
		if err != nil {
			return err
		}
		e := meet.Event{
			ID: meet.EventID(uuid.NewString()), Company: ada.Company, Kind: meet.NewEmployee, Subject: string(ada.ID), Snapshot: snapshot, At: tx.Now(),
		}
		if err := tx.InsertEvent(e); err != nil {
			return err
		}
		return tx.InsertJob(meet.Job{
			ID: meet.JobID(uuid.NewString()), Company: ada.Company, Kind: meet.SendWebhook, Lane: client.WebhookIDText(hook.ID), Dedup: "x",
			Subject: string(e.ID), Payload: json.RawMessage(`{}`), RunAt: tx.Now(),
		})
	})
	w.delivers(t)
	e := one(t, r.took())
	if e.WebhookType != "new_employee" || e.ID != string(w.userID(t, "ada@demo.example")) || *e.Email != "ada@demo.example" || *e.GivenName != "Ada" || *e.FamilyName != "Lovelace" || e.Start != nil {
		t.Errorf("received %s", e.body)
	}
	if d := one(t, w.owner.deliveries(t, hook).Deliveries); d.EventType != "new_employee" || d.AppointmentID != nil {
		t.Errorf("the delivery is %+v", d)
	}
}
