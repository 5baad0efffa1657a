package booking

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// emit records that something happened, once, and writes the jobs that tell
// the world: one for each webhook that listens and one for each mail. All of
// it commits with what happened, or not at all.
func emit(tx *store.Tx, company meet.CompanyID, kind meet.EventKind, subject string, h meet.Happening) error {
	snapshot, err := json.Marshal(h)
	if err != nil {
		return err
	}
	e := meet.Event{ID: meet.EventID(newID()), Company: company, Kind: kind, Subject: subject, Snapshot: snapshot, At: tx.Now()}
	if err := tx.InsertEvent(e); err != nil {
		return err
	}
	if err := tellWebhooks(tx, e); err != nil {
		return err
	}
	posted := map[string]bool{}
	for _, letter := range letters(kind, h) {
		key := dedup(e, letter)
		if posted[key] {
			return fmt.Errorf("two mails %s about event %s of kind %s are one", letter.Template, e.ID, kind)
		}
		posted[key] = true
		if err := post(tx, e, letter, key, chain(h, letter)); err != nil {
			return err
		}
	}
	return nil
}

// dedup tells the letters about an event apart: by what they say, to whom,
// and whom they are about.
func dedup(e meet.Event, l meet.Letter) string {
	return strings.Join([]string{"mail", string(e.ID), string(l.Template), string(l.Host), string(l.Attendee), l.To}, ":")
}

// chain keeps the letters to one recipient about one appointment in order,
// from the request on that became it.
func chain(h meet.Happening, l meet.Letter) string {
	var id meet.BookingID
	switch {
	case h.Booking != nil:
		id = h.Booking.ID
	case h.Hold.Joins != "":
		id = h.Hold.Joins
	default:
		id = h.Hold.Attendee.Booking
	}
	return strings.Join([]string{string(id), string(l.Host), l.To}, ":")
}

// NewEmployee tells that a user was added to a company.
func NewEmployee(tx *store.Tx, u meet.User) error {
	return emit(tx, u.Company, meet.NewEmployee, string(u.ID), meet.Happening{User: &u})
}

// tellWebhooks adds a delivery for each webhook that wants the event. The
// order of one appointment's events is kept.
func tellWebhooks(tx *store.Tx, e meet.Event) error {
	hooks, err := tx.Webhooks(e.Company)
	if err != nil {
		return err
	}
	for _, w := range hooks {
		if !w.Enabled || !w.Wants(e.Kind) {
			continue
		}
		err := tx.InsertJob(meet.Job{
			ID: meet.JobID(newID()), Company: e.Company, Kind: meet.SendWebhook, Lane: string(w.ID), Chain: e.Subject,
			Dedup: "webhook:" + string(e.ID) + ":" + string(w.ID), Subject: string(e.ID), Payload: json.RawMessage("{}"), RunAt: tx.Now(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// post adds the job that sends a letter about an event.
func post(tx *store.Tx, e meet.Event, l meet.Letter, dedup, chain string) error {
	payload, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return tx.InsertJob(meet.Job{
		ID: meet.JobID(newID()), Company: e.Company, Kind: meet.SendMail, Subject: string(e.ID), Payload: payload, RunAt: tx.Now(), Dedup: dedup, Chain: chain,
	})
}

// letters says who is written to about an event, each once. Nobody is told
// the address of another attendee, so each letter has one recipient.
func letters(kind meet.EventKind, h meet.Happening) []meet.Letter {
	switch kind {
	case meet.BookingCreated:
		return bookingLetters(meet.MailBooked, meet.InviteGuest, h)
	case meet.BookingRescheduled, meet.HostsChanged:
		return bookingLetters(meet.MailRescheduled, meet.InviteGuest, h)
	case meet.BookingCancelled:
		return bookingLetters(meet.MailCancelled, meet.CancelGuest, h)
	case meet.HostReleased:
		return toHosts(meet.HostCancelled, h.Released)
	case meet.GuestAdded:
		return guestLetters(h)
	case meet.ApprovalAsked:
		all := toHosts(meet.MailApprovalAsked, h.Hold.Hosts)
		if len(h.Joined) == 0 { // else the attendee was told before
			all = append(all, meet.Letter{Template: meet.MailAwaitingApproval, Attendee: h.Hold.Attendee.ID, To: h.Hold.Attendee.Email})
		}
		return reachable(all)
	case meet.OptInAsked:
		return reachable([]meet.Letter{{Template: meet.MailOptIn, Attendee: h.Hold.Attendee.ID, To: h.Hold.Attendee.Email}})
	case meet.HoldDeclined:
		return reachable([]meet.Letter{{Template: meet.MailDeclined, Attendee: h.Hold.Attendee.ID, To: h.Hold.Attendee.Email}})
	case meet.HoldExpired:
		return reachable([]meet.Letter{{Template: meet.MailExpired, Attendee: h.Hold.Attendee.ID, To: h.Hold.Attendee.Email}})
	}
	return nil
}

// bookingLetters tells attendees, their guests and the hosts of a booking.
// SkipMail silences the attendees only. In a group, only those concerned
// hear of it: whoever came or left, and the hosts.
func bookingLetters(template, guest meet.Template, h meet.Happening) []meet.Letter {
	var all []meet.Letter
	for _, a := range h.Booking.Attendees {
		if !h.Booking.SkipMail {
			all = append(all, meet.Letter{Template: template, Attendee: a.ID, To: a.Email})
		}
		for _, address := range a.Guests {
			all = append(all, meet.Letter{Template: guest, Attendee: a.ID, To: address})
		}
	}
	all = append(all, toHosts(template.ForHost(), without(h.Booking.Hosts, h.Joined))...)
	return reachable(append(all, toHosts(meet.HostBooked, h.Joined)...)) // to them it is new
}

// guestLetters tells of a new guest those whose invites name the guests: the
// attendee who brings them and the hosts.
func guestLetters(h meet.Happening) []meet.Letter {
	attendee := guestOf(h)
	all := []meet.Letter{{Template: meet.InviteGuest, To: h.Guest, Attendee: attendee}}
	if a := h.Booking.Attendee(attendee); a != nil && !h.Booking.SkipMail {
		all = append(all, meet.Letter{Template: meet.MailRescheduled, Attendee: a.ID, To: a.Email})
	}
	return reachable(append(all, toHosts(meet.HostRescheduled, h.Booking.Hosts)...))
}

func toHosts(template meet.Template, hosts []meet.UserID) []meet.Letter {
	all := make([]meet.Letter, len(hosts))
	for i, host := range hosts {
		all[i] = meet.Letter{Template: template, Host: host}
	}
	return all
}

// reachable drops letters to attendees without an address.
func reachable(all []meet.Letter) []meet.Letter {
	var kept []meet.Letter
	for _, l := range all {
		if l.To != "" || l.Host != "" {
			kept = append(kept, l)
		}
	}
	return kept
}

// guestOf is the attendee who brought the guest.
func guestOf(h meet.Happening) meet.AttendeeID {
	for _, a := range h.Booking.Attendees {
		for _, g := range a.Guests {
			if g == h.Guest {
				return a.ID
			}
		}
	}
	return ""
}

// remind adds the reminders of an attendee, as the meeting type has them.
// One whose time is past is skipped; those of an earlier start are dropped
// before, or find that the booking moved, and do nothing.
func remind(tx *store.Tx, t meet.MeetingType, b meet.Booking, a meet.Attendee) error {
	if !a.ReceiveReminders || b.SkipMail || a.Email == "" {
		return nil
	}
	for _, before := range t.Reminders {
		at := b.Start.Add(-before)
		if !at.After(tx.Now()) {
			continue
		}
		payload, err := json.Marshal(meet.Reminder{Booking: b.ID, Attendee: a.ID, Start: b.Start, Before: before})
		if err != nil {
			return err
		}
		err = tx.InsertJob(meet.Job{
			ID: meet.JobID(newID()), Company: b.Company, Kind: meet.SendReminder, Subject: string(b.ID), Payload: payload, RunAt: at,
			Dedup: fmt.Sprintf("reminder:%s:%s:%d:%d", b.ID, a.ID, b.RescheduleCount, before/time.Minute),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
