package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// attendees empties the rows of the person and takes the address from those
// who bring it along.
func (r *eraser) attendees() error {
	const (
		query = `SELECT a.id, a.booking_id, a.email, a.first_name, a.last_name, a.full_name, a.phone, a.phone_raw, a.guests
			FROM attendee a JOIN booking b ON b.id = a.booking_id
			WHERE b.company_id = $1 AND (lower(a.email) LIKE $2 ESCAPE '\' OR lower(a.guests) LIKE $2 ESCAPE '\') ORDER BY a.id`
		empty = `UPDATE attendee SET email = '', first_name = '', last_name = '', full_name = $2, phone = '', phone_raw = '', zone = '', language = '',
				notes = '{}', receive_reminders = 0, guests = '[]', utm_source = '', utm_medium = '', utm_campaign = '', utm_content = '', utm_term = '',
				policy_accepted_at = NULL, generation = generation + 1,
				search = $2 || (SELECT '` + "\n\n" + `' || lower(b.name) FROM booking b WHERE b.id = attendee.booking_id)
			WHERE id = $1`
	)
	found, err := list(r.tx, query+r.tx.locking(" FOR NO KEY UPDATE OF a"), []any{string(r.Company), r.pattern}, func(row scanner) (a meet.Attendee, err error) {
		var guests string
		if err := row.Scan(&a.ID, &a.Booking, &a.Email, &a.FirstName, &a.LastName, &a.FullName, &a.Phone, &a.PhoneRaw, &guests); err != nil {
			return a, err
		}
		return a, json.Unmarshal([]byte(guests), &a.Guests)
	})
	if err != nil {
		return fmt.Errorf("find attendees: %w", err)
	}
	for _, a := range found {
		switch {
		case r.is(a.Email):
			r.people[a.ID] = true
			r.theirs[string(a.ID)] = true
			r.know(a)
			r.with = append(r.with, a.Booking)
			err = r.tx.put(empty, string(a.ID), ErasedName)
		case r.uninvite(&a):
			r.found.Guests++
			err = r.tx.SetGuests(a.ID, a.Guests)
		default:
			continue
		}
		if err != nil {
			return fmt.Errorf("erase attendee: %w", err)
		}
		r.subjects = append(r.subjects, string(a.Booking))
	}
	slices.Sort(r.with)
	r.with = slices.Compact(r.with)
	r.found.Bookings = len(r.with)
	return nil
}

// uninvite takes the person from the guests of an attendee, if it is one.
func (r *eraser) uninvite(a *meet.Attendee) bool {
	before := len(a.Guests)
	a.Guests = slices.DeleteFunc(a.Guests, r.is)
	return len(a.Guests) < before
}

// bookings empties the texts of bookings that have nobody else, and of
// others those that name the person.
func (r *eraser) bookings() error {
	for _, id := range r.with {
		if err := r.booking(id); err != nil {
			return fmt.Errorf("erase booking: %w", err)
		}
	}
	return nil
}

func (r *eraser) booking(id meet.BookingID) error {
	const (
		texts = `SELECT start_at > $2 AND cancelled_at IS NULL, location, meeting_link, ics_title, ics_description, notes, transcription, summary,
				cancel_reason, extra FROM booking WHERE id = $1`
		others = `SELECT id FROM attendee WHERE booking_id = $1`
		update = `UPDATE booking SET location = $2, meeting_link = $3, ics_title = $4, ics_description = $5, notes = $6, transcription = $7,
				summary = $8, cancel_reason = $9, extra = $10, updated_at = $11 WHERE id = $1`
	)
	all, err := list(r.tx, others, []any{string(id)}, func(row scanner) (id meet.AttendeeID, err error) {
		err = row.Scan(&id)
		return id, err
	})
	if err != nil {
		return err
	}
	r.alone[id] = !slices.ContainsFunc(all, func(id meet.AttendeeID) bool { return !r.people[id] })
	if r.alone[id] {
		r.theirs[string(id)] = true
	}
	b := meet.Booking{ID: id}
	var upcoming bool
	var extra string
	_, err = r.tx.row(texts+r.tx.locking(" FOR NO KEY UPDATE"), []any{string(id), micros(r.tx.now)}, &upcoming, &b.Location, &b.MeetingLink,
		&b.ICSTitle, &b.ICSDescription, &b.Notes, &b.Transcription, &b.Summary, &b.Cancellation.Reason, &extra)
	if err != nil {
		return err
	}
	if upcoming {
		r.found.Upcoming++
	}
	b.Extra = json.RawMessage(extra)
	r.clearTexts(&b)
	return r.tx.put(update, string(id), b.Location, b.MeetingLink, b.ICSTitle, b.ICSDescription, b.Notes, b.Transcription, b.Summary,
		b.Cancellation.Reason, string(b.Extra), micros(r.tx.now))
}

// clearTexts empties what was written about a booking.
func (r *eraser) clearTexts(b *meet.Booking) {
	for _, text := range []*string{
		&b.Location, &b.MeetingLink, &b.ICSTitle, &b.ICSDescription, &b.Notes, &b.Transcription, &b.Summary, &b.Cancellation.Reason,
	} {
		if r.alone[b.ID] || r.mentions(*text) {
			*text = ""
		}
	}
	if r.alone[b.ID] || r.mentions(string(b.Extra)) {
		b.Extra = json.RawMessage(`{}`)
	}
}

// holds removes those of the person, with the time they keep, and takes the
// address from the others.
func (r *eraser) holds() error {
	const (
		query = `SELECT id, attendee, request, body FROM hold WHERE company_id = $1
			AND (lower(attendee) LIKE $2 ESCAPE '\' OR lower(request) LIKE $2 ESCAPE '\' OR lower(body) LIKE $2 ESCAPE '\') ORDER BY id`
		update = `UPDATE hold SET attendee = $2, request = $3, body = $4 WHERE id = $1`
	)
	type hold struct {
		id                      meet.HoldID
		attendee, request, body string
	}
	found, err := list(r.tx, query+r.tx.locking(" FOR UPDATE"), []any{string(r.Company), r.pattern}, func(row scanner) (h hold, err error) {
		err = row.Scan(&h.id, &h.attendee, &h.request, &h.body)
		return h, err
	})
	if err != nil {
		return fmt.Errorf("find holds: %w", err)
	}
	for _, h := range found {
		var a meet.Attendee
		if err := json.Unmarshal([]byte(h.attendee), &a); err != nil {
			return fmt.Errorf("hold %s: %w", h.id, err)
		}
		if r.is(a.Email) {
			r.people[a.ID] = true
			r.theirs[string(h.id)], r.ended[string(h.id)] = true, true
			r.know(a)
			r.found.Holds++
			err = r.removeHold(h.id)
		} else {
			s := stripper{is: r.is}
			attendee, request, body := s.strip(h.attendee), s.strip(h.request), s.strip(h.body)
			if !s.changed {
				continue
			}
			r.found.Guests++
			err = r.tx.put(update, string(h.id), attendee, request, body)
		}
		if err != nil {
			return fmt.Errorf("erase hold: %w", err)
		}
		r.subjects = append(r.subjects, string(h.id))
	}
	return nil
}

func (r *eraser) removeHold(id meet.HoldID) error {
	if err := r.tx.ReleaseHold(id); err != nil {
		return err
	}
	if err := r.tx.put(`DELETE FROM hold_host WHERE hold_id = $1`, string(id)); err != nil {
		return err
	}
	return r.tx.put(`DELETE FROM hold WHERE id = $1`, string(id))
}

// stripper takes an address out of JSON: out of lists it goes, and elsewhere
// it becomes "".
type stripper struct {
	is      func(string) bool
	changed bool
}

func (s *stripper) strip(text string) string {
	in := json.NewDecoder(strings.NewReader(text))
	in.UseNumber()
	var value any
	if in.Decode(&value) != nil {
		return text
	}
	before := s.changed
	s.changed = false
	value = s.value(value)
	kept, err := json.Marshal(value)
	if err != nil || !s.changed {
		kept = []byte(text)
	}
	s.changed = s.changed || before
	return string(kept)
}

func (s *stripper) value(value any) any {
	switch v := value.(type) {
	case string:
		if s.is(v) {
			s.changed = true
			return ""
		}
	case []any:
		kept := slices.DeleteFunc(v, func(item any) bool {
			text, ok := item.(string)
			return ok && s.is(text)
		})
		s.changed = s.changed || len(kept) < len(v)
		for i := range kept {
			kept[i] = s.value(kept[i])
		}
		return kept
	case map[string]any:
		for name := range v {
			v[name] = s.value(v[name])
		}
	}
	return value
}
