package webhook

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Delivery is one event for one webhook, with the attempts at it.
type Delivery struct {
	Job      meet.Job
	Event    meet.Event
	Attempts []meet.JobAttempt
}

// Deliveries returns a page of the deliveries of a webhook, newest first,
// and how many there are. A state of "" is any. Refusals:
// [meet.CodeForbidden], [meet.ErrWebhookNotFound].
func Deliveries(tx *store.Tx, p meet.Principal, name string, state meet.JobState, limit, offset int) ([]Delivery, int, error) {
	w, err := find(tx, p, name)
	if err != nil {
		return nil, 0, err
	}
	jobs, total, err := tx.Jobs(string(w.ID), state, limit, offset)
	if err != nil {
		return nil, 0, err
	}
	all, err := deliveries(tx, jobs...)
	return all, total, err
}

// deliveries reads what belongs to jobs.
func deliveries(tx *store.Tx, jobs ...meet.Job) ([]Delivery, error) {
	ids, subjects := make([]meet.JobID, len(jobs)), make([]meet.EventID, len(jobs))
	for i, j := range jobs {
		ids[i], subjects[i] = j.ID, meet.EventID(j.Subject)
	}
	attempts, err := tx.JobAttempts(ids...)
	if err != nil {
		return nil, err
	}
	events, err := tx.EventsByID(subjects)
	if err != nil {
		return nil, err
	}
	all := make([]Delivery, len(jobs))
	for i, j := range jobs {
		at := slices.IndexFunc(events, func(e meet.Event) bool { return e.ID == subjects[i] })
		if at < 0 {
			return nil, fmt.Errorf("delivery %s: its event is gone", j.ID)
		}
		all[i] = Delivery{Job: j, Event: events[at], Attempts: attempts[j.ID]}
	}
	return all, nil
}

// Redeliver has a delivery made again at once, under the same id, be it
// done, dead or waiting; one that is just being made goes on as it is.
// Refusals: [meet.CodeForbidden], [meet.ErrWebhookNotFound],
// [meet.CodeNotFound] for the delivery, [meet.CodeConflict] for a disabled
// webhook.
func Redeliver(tx *store.Tx, p meet.Principal, name string, id meet.JobID) (Delivery, error) {
	w, err := findEnabled(tx, p, name)
	if err != nil {
		return Delivery{}, err
	}
	j, found, err := tx.ReviveJob(string(w.ID), id)
	if err == nil && !found {
		j, found, err = tx.Job(string(w.ID), id) // it is being made
	}
	if err == nil && !found {
		err = meet.Refuse(meet.CodeNotFound, "Delivery not found")
	}
	if err != nil {
		return Delivery{}, err
	}
	all, err := deliveries(tx, j)
	if err != nil {
		return Delivery{}, err
	}
	return all[0], nil
}

func findEnabled(tx *store.Tx, p meet.Principal, name string) (meet.Webhook, error) {
	w, err := find(tx, p, name)
	if err == nil && !w.Enabled {
		err = meet.Refuse(meet.CodeConflict, "This webhook is disabled; enable it first")
	}
	return w, err
}

// Test has an invented event sent to a webhook, whatever it subscribed to:
// a booking whose ids are [SampleID], hosted by the caller. Refusals are
// those of Redeliver.
func Test(tx *store.Tx, p meet.Principal, name string) (Delivery, error) {
	w, err := findEnabled(tx, p, name)
	if err != nil {
		return Delivery{}, err
	}
	snapshot, err := json.Marshal(meet.Happening{Booking: sample(p, tx.Now())})
	if err != nil {
		return Delivery{}, err
	}
	e := meet.Event{
		ID: meet.EventID(newID()), Company: w.Company, Kind: meet.BookingCreated, Subject: SampleID, Snapshot: snapshot, At: tx.Now(),
	}
	if err := tx.InsertEvent(e); err != nil {
		return Delivery{}, err
	}
	// It belongs to no appointment, so it waits for none.
	j := meet.Job{
		ID: meet.JobID(newID()), Company: w.Company, Kind: meet.SendWebhook, Lane: string(w.ID), Dedup: "webhook:" + string(e.ID) + ":" + string(w.ID),
		Subject: string(e.ID), Payload: json.RawMessage("{}"), State: meet.JobPending, RunAt: tx.Now(), CreatedAt: tx.Now(),
	}
	return Delivery{Job: j, Event: e}, tx.InsertJob(j)
}

// SampleID stands for the appointment and its parts in test events; nothing
// real has it.
var SampleID = uuid.Nil.String()

// sample is a meeting tomorrow that nobody booked.
func sample(p meet.Principal, now time.Time) *meet.Booking {
	start := now.Truncate(time.Hour).Add(24 * time.Hour)
	return &meet.Booking{
		ID: meet.BookingID(SampleID), Company: p.Company, Type: meet.MeetingTypeID(SampleID), Hosts: []meet.UserID{p.User},
		Start: start, End: start.Add(30 * time.Minute), Name: "Test event", Channel: meet.Phone, UID: SampleID,
		Extra: json.RawMessage("{}"), CreatedAt: now, UpdatedAt: now,
		Attendees: []meet.Attendee{{
			ID: meet.AttendeeID(SampleID), Booking: meet.BookingID(SampleID), Email: "test@example.com", FirstName: "Test", LastName: "Event",
			Zone: "UTC", Language: "en", Notes: json.RawMessage("{}"),
		}},
	}
}
