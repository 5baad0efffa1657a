// Package meettest makes valid things for tests. Each has ids of its own, so
// that any number of them live side by side; a test changes what it is
// about and leaves the rest.
package meettest

import (
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
)

// Now is the instant at which the things were made: a Monday, 09:00 in
// Berlin.
func Now() time.Time { return time.Date(2027, time.March, 1, 8, 0, 0, 0, time.UTC) }

// Company returns a company whose owner is yet to be made.
func Company(change ...func(*meet.Company)) meet.Company {
	id := uuid.NewString()
	return changed(meet.Company{
		ID: meet.CompanyID(id), Name: "Hansen & Co", Slug: "hansen-" + id, Owner: meet.UserID(uuid.NewString()), CreatedAt: Now(),
	}, change)
}

// User returns a member of a company in Berlin. Schedule has the id of
// hours that are yet to be made.
func User(c meet.Company, change ...func(*meet.User)) meet.User {
	id := uuid.NewString()
	return changed(meet.User{
		ID: meet.UserID(id), Company: c.ID, Email: "Mia.Hansen+" + id + "@example.com", GivenName: "Mia", FamilyName: "Hansen",
		Slug: "mia-" + id, Zone: "Europe/Berlin", Language: "de", Role: meet.Member, Schedule: meet.ScheduleID(uuid.NewString()),
		CreatedAt: Now(), UpdatedAt: Now(),
	}, change)
}

// Schedule returns the default schedule of a user: office hours.
func Schedule(u meet.User, change ...func(*meet.Schedule)) meet.Schedule {
	return changed(meet.Schedule{
		ID: u.Schedule, Company: u.Company, Owner: u.ID, Name: "Office hours", Zone: u.Zone, Hours: meet.OfficeHours(),
		CreatedAt: Now(), UpdatedAt: Now(),
	}, change)
}

// MeetingType returns a meeting of half an hour with a user, without
// buffers or limits.
func MeetingType(owner meet.User, change ...func(*meet.MeetingType)) meet.MeetingType {
	id := uuid.NewString()
	return changed(meet.MeetingType{
		ID: meet.MeetingTypeID(id), Company: owner.Company, Owner: owner.ID, Slug: "intro-" + id, Enabled: true,
		CreatedAt: Now(), UpdatedAt: Now(),
		Settings: meet.Settings{
			Name: "Intro call", Duration: 30 * time.Minute, Channel: meet.Phone, Spots: 1, Reminders: meet.DefaultReminders(),
		},
	}, change)
}

// Queue returns a queue that gives a meeting type several hosts.
func Queue(t meet.MeetingType, members []meet.UserID, change ...func(*meet.Queue)) meet.Queue {
	return changed(meet.Queue{ID: meet.QueueID(uuid.NewString()), Company: t.Company, Type: t.ID, Members: meet.Members(members, Now())}, change)
}

// Booking returns a meeting of a type with its owner and one attendee, two
// hours from Now. What is changed is its own time and hosts; the ids of its
// attendees follow it.
func Booking(t meet.MeetingType, change ...func(*meet.Booking)) meet.Booking {
	id := uuid.Must(uuid.NewV7()).String()
	start := Now().Add(2 * time.Hour)
	b := changed(meet.Booking{
		ID: meet.BookingID(id), Company: t.Company, Type: t.ID, Hosts: []meet.UserID{t.Owner},
		Start: start, End: start.Add(t.Duration), Before: t.BufferBefore, After: t.BufferAfter,
		Name: t.Name, Channel: t.Channel, UID: id + "@meetwright", Extra: json.RawMessage(`{}`), CreatedAt: Now(), UpdatedAt: Now(),
		Attendees: []meet.Attendee{Attendee()},
	}, change)
	for i := range b.Attendees {
		b.Attendees[i].Booking = b.ID
	}
	return b
}

// Attendee returns a person who is yet to be given a booking.
func Attendee(change ...func(*meet.Attendee)) meet.Attendee {
	return changed(meet.Attendee{
		ID: meet.AttendeeID(uuid.Must(uuid.NewV7()).String()), Email: "jane.smith@example.com", FirstName: "Jane", LastName: "Smith",
		Phone: "+4915112345678", PhoneRaw: "+49 151 12345678", Zone: "Europe/London", Language: "en",
		Notes: json.RawMessage(`{}`), ReceiveReminders: true,
	}, change)
}

// Hold returns a provisional booking of a type with its owner, two hours from
// Now, which waits an hour for its host.
func Hold(t meet.MeetingType, change ...func(*meet.Hold)) meet.Hold {
	start := Now().Add(2 * time.Hour)
	return changed(meet.Hold{
		ID: meet.HoldID(uuid.Must(uuid.NewV7()).String()), Company: t.Company, Type: t.ID, Hosts: []meet.UserID{t.Owner},
		Start: start, End: start.Add(t.Duration), Before: t.BufferBefore, After: t.BufferAfter,
		WaitsFor: meet.TheHost, Status: meet.Pending, Request: json.RawMessage(`{}`), Body: json.RawMessage(`{}`),
		Attendee: Attendee(), CreatedAt: Now(), ExpiresAt: Now().Add(time.Hour),
	}, change)
}

// Job returns a mail to be sent now.
func Job(c meet.Company, change ...func(*meet.Job)) meet.Job {
	id := uuid.Must(uuid.NewV7()).String()
	return changed(meet.Job{
		ID: meet.JobID(id), Company: c.ID, Kind: meet.SendMail, Lane: "mail", Dedup: "mail:" + id, Subject: id,
		Payload: json.RawMessage(`{}`), RunAt: Now(),
	}, change)
}

// Webhook returns a webhook that hears of every booking.
func Webhook(c meet.Company, change ...func(*meet.Webhook)) meet.Webhook {
	return changed(meet.Webhook{
		ID: meet.WebhookID(uuid.NewString()), Company: c.ID, Endpoint: "https://example.com/hook", Description: "CRM",
		Events: []meet.EventKind{meet.BookingCreated, meet.BookingCancelled}, Enabled: true, SealedKey: "sealed", CreatedAt: Now(),
	}, change)
}

// Key returns the personal access token of a user; nobody knows its secret.
func Key(u meet.User, change ...func(*meet.Key)) meet.Key {
	id := uuid.NewString()
	return changed(meet.Key{
		ID: meet.KeyID(id), Company: u.Company, User: u.ID, Digest: sha256.Sum256([]byte(id)), Hint: "rgo-abcd…wxyz", CreatedAt: Now(),
	}, change)
}

func changed[T any](thing T, change []func(*T)) T {
	for _, c := range change {
		c(&thing)
	}
	return thing
}
