package store

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// contacts removes that of the person.
func (r *eraser) contacts() error {
	const remove = `DELETE FROM contact WHERE company_id = $1 AND email_key = $2 RETURNING id`
	ids, err := list(r.tx, remove, []any{string(r.Company), strings.ToLower(r.Email)}, scanID)
	if err != nil {
		return fmt.Errorf("erase contact: %w", err)
	}
	r.found.Contacts = len(ids)
	return nil
}

func scanID(row scanner) (id string, err error) {
	err = row.Scan(&id)
	return id, err
}

// events takes the person out of what happened to bookings and holds.
func (r *eraser) events() error {
	r.about = slices.Clone(r.subjects)
	return withIDs(r.subjects, 2, func(ids string, args []any) error {
		query := `SELECT ` + eventColumns + ` FROM event WHERE company_id = $1 AND subject_id IN ` + ids
		found, err := list(r.tx, query, append([]any{string(r.Company)}, args...), scanEvent)
		if err != nil {
			return fmt.Errorf("find events: %w", err)
		}
		for _, e := range found {
			r.about = append(r.about, string(e.ID))
			if err := r.event(e); err != nil {
				return fmt.Errorf("erase event %s: %w", e.ID, err)
			}
		}
		return nil
	})
}

func (r *eraser) event(e meet.Event) error {
	var h meet.Happening
	if err := json.Unmarshal(e.Snapshot, &h); err != nil {
		return err
	}
	r.happening(&h)
	snapshot, err := json.Marshal(h)
	if err != nil || string(snapshot) == string(e.Snapshot) {
		return err
	}
	r.found.Events++
	return r.tx.put(`UPDATE event SET snapshot = $2 WHERE id = $1`, string(e.ID), string(snapshot))
}

func (r *eraser) happening(h *meet.Happening) {
	theirs := false
	if b := h.Booking; b != nil {
		for i := range b.Attendees {
			r.attendee(&b.Attendees[i])
		}
		theirs = r.alone[b.ID]
		r.clearTexts(b)
	}
	if o := h.Hold; o != nil {
		theirs = r.attendee(&o.Attendee)
		s := stripper{is: r.is}
		o.Request, o.Body = json.RawMessage(s.strip(string(o.Request))), json.RawMessage(s.strip(string(o.Body)))
		if theirs {
			o.Request, o.Body = json.RawMessage(`{}`), json.RawMessage(`{}`)
		}
	}
	if r.is(h.Guest) {
		h.Guest = ""
	}
	if theirs || r.mentions(h.Reason) {
		h.Reason = ""
	}
}

// attendee empties an attendee that is the person, and reports whether it is;
// from another it takes the person as a guest.
func (r *eraser) attendee(a *meet.Attendee) bool {
	if !r.people[a.ID] && !r.is(a.Email) {
		r.uninvite(a)
		return false
	}
	*a = meet.Attendee{ID: a.ID, Booking: a.Booking, FullName: ErasedName, Notes: json.RawMessage(`{}`), Generation: a.Generation}
	return true
}

// jobs removes those that write to the person, or wait for a hold of theirs,
// with the attempts at them. The others tell of events from which the person
// is gone.
func (r *eraser) jobs() error {
	const query = `SELECT id, subject_id, payload FROM job WHERE company_id = $1 AND subject_id IN `
	var gone []meet.JobID
	err := withIDs(r.about, 2, func(ids string, args []any) error {
		_, err := list(r.tx, query+ids, append([]any{string(r.Company)}, args...), func(row scanner) (struct{}, error) {
			var id meet.JobID
			var subject, payload string
			err := row.Scan(&id, &subject, &payload)
			r.affected = append(r.affected, id)
			if r.ended[subject] || r.writesTo(payload) {
				gone = append(gone, id)
			}
			return struct{}{}, err
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("find jobs: %w", err)
	}
	r.found.Jobs = len(gone)
	for _, remove := range []string{`DELETE FROM job_attempt WHERE job_id IN `, `DELETE FROM job WHERE id IN `} {
		err := withIDs(gone, 1, func(ids string, args []any) error { return r.tx.put(remove+ids, args...) })
		if err != nil {
			return fmt.Errorf("erase jobs: %w", err)
		}
	}
	return nil
}

// writesTo reports whether a payload, of a letter or a reminder, names the
// person as the one to write to, or as the one whose guest is written to.
func (r *eraser) writesTo(payload string) bool {
	var letter struct {
		To       string          `json:"to"`
		Attendee meet.AttendeeID `json:"attendee"`
	}
	return json.Unmarshal([]byte(payload), &letter) == nil && (r.is(letter.To) || r.people[letter.Attendee])
}

// messages removes captured mail to the person, and about what was found.
func (r *eraser) messages() error {
	const query = `SELECT id, recipient FROM message WHERE lower(recipient) LIKE $2 ESCAPE '\'
		AND NOT EXISTS (SELECT 1 FROM job WHERE job.id = message.id AND job.company_id <> $1)`
	gone := r.affected
	_, err := list(r.tx, query, []any{string(r.Company), r.pattern}, func(row scanner) (struct{}, error) {
		var id meet.JobID
		var recipient string
		err := row.Scan(&id, &recipient)
		if r.is(recipient) {
			gone = append(gone, id)
		}
		return struct{}{}, err
	})
	if err != nil {
		return fmt.Errorf("find messages: %w", err)
	}
	return withIDs(gone, 1, func(ids string, args []any) error {
		n, err := r.tx.exec(`DELETE FROM message WHERE id IN `+ids, args...)
		r.found.Messages += int(n)
		return err
	})
}

// answers removes those kept for an Idempotency-Key that tell of the person,
// and those that nobody can open any more.
func (r *eraser) answers() error {
	const query = `SELECT key, answer FROM idempotency WHERE answer <> ''`
	var gone []string
	_, err := list(r.tx, query, nil, func(row scanner) (struct{}, error) {
		var key, sealed string
		if err := row.Scan(&key, &sealed); err != nil {
			return struct{}{}, err
		}
		if text, err := r.Answer(key, sealed); err != nil || r.tells(text) {
			gone = append(gone, key)
		}
		return struct{}{}, nil
	})
	if err != nil {
		return fmt.Errorf("find answers: %w", err)
	}
	r.found.Answers = len(gone)
	return withIDs(gone, 1, func(keys string, args []any) error {
		return r.tx.put(`DELETE FROM idempotency WHERE key IN `+keys, args...)
	})
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// tells reports whether an answer is about what is the person's alone, or
// names the person in what is also another's. The address alone does not say
// so: the answer may be one of another company.
func (r *eraser) tells(text string) bool {
	named := strings.Contains(strings.ToLower(text), strings.ToLower(r.Email))
	for _, id := range anyID.FindAllString(text, -1) {
		if r.theirs[id] || named && slices.Contains(r.subjects, id) {
			return true
		}
	}
	return false
}

// users counts those of the company who have the address.
func (r *eraser) users() error {
	const query = `SELECT count(*) FROM app_user WHERE company_id = $1 AND email_key = $2 AND left_at IS NULL`
	_, err := r.tx.row(query, []any{string(r.Company), strings.ToLower(r.Email)}, &r.found.Users)
	return err
}
