package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Event is what a webhook was told. Deliveries are made at least once: remember the ID of what was done, and do nothing for one that comes again.
type Event struct {
	// ID is the webhook-id, the same whenever this event is delivered again.
	ID string
	// SentAt is when this attempt was made.
	SentAt time.Time
	// Type is the kind of event, also one that this package does not know.
	Type WebhookEventType
	// Data is a *BookingCreated, *BookingCancelled, *BookingRescheduled or *NewEmployee. Nil for other kinds, whose Body says all.
	Data any
	// Body is the body as it was sent.
	Body json.RawMessage
}

// BookingEvent is what the events of a booking have in common.
type BookingEvent struct {
	AppointmentID string
	// Start and End have the offset of the host's time zone. Zero when the server does not tell.
	Start, End time.Time
	// Attendees are the people who booked. When one leaves a group, that one alone.
	Attendees     []WebhookAttendee
	HostIDs       []string
	MeetingTypeID string
	// Appointment has everything that was told.
	Appointment WebhookEvent
}

// BookingCreated says that an appointment was booked.
type BookingCreated struct{ BookingEvent }

// BookingCancelled says that an appointment was cancelled, or that an attendee left a group.
type BookingCancelled struct {
	BookingEvent
	// StillOn reports a group that meets nevertheless, without Attendees.
	StillOn bool
	// Cancel says who cancelled, when and why.
	Cancel Cancellation
}

// BookingRescheduled says that an appointment was moved to Start.
type BookingRescheduled struct {
	BookingEvent
	// PreviousStart is when it started before. Zero when the server does not tell.
	PreviousStart time.Time
}

// NewEmployee says that a user was created.
type NewEmployee struct {
	UserID                       string
	Email, GivenName, FamilyName string
	// User has everything that was told.
	User WebhookEvent
}

// parseEvent reads the body of an event.
func parseEvent(body []byte) (Event, error) {
	e := Event{Body: bytes.Clone(body)}
	var told struct {
		WebhookType WebhookEventType `json:"webhookType"`
	}
	if err := json.Unmarshal(body, &told); err != nil {
		return Event{}, fmt.Errorf("the body is not the JSON of an event: %w", err)
	}
	if told.WebhookType == "" {
		return Event{}, errors.New("the body is not an event: it has no webhookType")
	}
	e.Type = told.WebhookType
	switch e.Type {
	case WebhookEventTypeBookingCreated, WebhookEventTypeBookingCancelled, WebhookEventTypeBookingRescheduled, WebhookEventTypeNewEmployee:
	default:
		return e, nil
	}
	all, err := readEvent(body)
	if err != nil {
		return Event{}, fmt.Errorf("the body is not the documented %s: %w", e.Type, err)
	}
	e.Data = typed(all)
	return e, nil
}

// typed gives an event the type of its kind.
func typed(all WebhookEvent) any {
	booking := BookingEvent{
		AppointmentID: all.ID, Start: value(all.Start), End: value(all.End), Attendees: all.Attendees, HostIDs: all.HostIDs, MeetingTypeID: value(all.MeetingTypeID),
		Appointment: all,
	}
	switch all.WebhookType {
	case WebhookEventTypeBookingCancelled:
		return &BookingCancelled{booking, all.IsCancelled != nil && !*all.IsCancelled, value(all.Cancel)}
	case WebhookEventTypeBookingRescheduled:
		return &BookingRescheduled{booking, value(all.PreviousStart)}
	case WebhookEventTypeNewEmployee:
		return &NewEmployee{UserID: all.ID, Email: value(all.Email), GivenName: value(all.GivenName), FamilyName: value(all.FamilyName), User: all}
	default:
		return &BookingCreated{booking}
	}
}

// value is what a pointer points at, or the zero value.
func value[T any](pointer *T) (v T) {
	if pointer != nil {
		v = *pointer
	}
	return v
}

// readEvent reads a body whose ids are texts or numbers, depending on the server.
func readEvent(body []byte) (WebhookEvent, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return WebhookEvent{}, err
	}
	text, err := json.Marshal(withTextIDs("", tree))
	if err != nil {
		return WebhookEvent{}, err
	}
	var event WebhookEvent
	if err := json.Unmarshal(text, &event); err != nil {
		return WebhookEvent{}, err
	}
	if event.ID == "" {
		return WebhookEvent{}, errors.New("it has no id")
	}
	return event, nil
}

// withTextIDs makes a text of each number below a name that is one of an id or of ids, but not in what people named themselves.
func withTextIDs(name string, tree any) any {
	if name == "notes" || name == "metadata" {
		return tree
	}
	switch node := tree.(type) {
	case map[string]any:
		for name, child := range node {
			node[name] = withTextIDs(name, child)
		}
	case []any:
		for i, child := range node {
			node[i] = withTextIDs(name, child)
		}
	case json.Number:
		if name == "id" || strings.HasSuffix(name, "Id") || strings.HasSuffix(name, "Ids") {
			return node.String()
		}
	}
	return tree
}
