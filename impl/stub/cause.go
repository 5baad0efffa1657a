package stub

import (
	"context"
	"encoding/binary"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server/control"
)

var anyID = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)

// maxSubjects bounds the things that a call is taken to be about.
const maxSubjects = 50

// subjects are the ids in the path of a call and in its answer, to which
// something may have happened by it.
func (c *call) subjects() []string {
	found := anyID.FindAllString(strings.ToLower(c.path+" "+string(c.given.body)), maxSubjects)
	slices.Sort(found)
	return slices.Compact(found)
}

// caused finds what a call left behind: the events of its subjects that were
// written while it ran, and the jobs about them. Ids tell when they were
// made, in real time, however the clock stands.
func (w *World) caused(ctx context.Context, c *call) (control.Caused, error) {
	var found control.Caused
	err := w.Store.View(ctx, func(tx *store.Tx) error {
		found = control.Caused{Events: []control.CausedEvent{}, Mails: []control.CausedMail{}, Deliveries: []control.CausedDelivery{}}
		if c.method == http.MethodGet {
			return nil
		}
		for _, subject := range c.subjects() {
			events, err := tx.Events(subject)
			if err != nil {
				return err
			}
			for _, e := range events {
				if !c.made(string(e.ID)) {
					continue
				}
				found.Events = append(found.Events, control.CausedEvent{ID: string(e.ID), Kind: string(e.Kind), Subject: e.Subject})
				if err := c.work(tx, string(e.ID), new(string(e.ID)), &found); err != nil {
					return err
				}
			}
			if err := c.work(tx, subject, nil, &found); err != nil { // a host's own words
				return err
			}
		}
		return nil
	})
	return found, err
}

// work adds the jobs about a subject that a call left behind.
func (c *call) work(tx *store.Tx, subject string, event *string, found *control.Caused) error {
	jobs, err := tx.JobsAbout(subject)
	for _, j := range jobs {
		switch {
		case !c.made(string(j.ID)):
		case j.Kind == meet.SendMail:
			found.Mails = append(found.Mails, control.CausedMail{ID: string(j.ID), Event: event, State: control.WorkState(j.State)})
		case j.Kind == meet.SendWebhook:
			found.Deliveries = append(found.Deliveries, control.CausedDelivery{ID: string(j.ID), Event: subject, Webhook: j.Lane, State: control.WorkState(j.State)})
		}
	}
	return err
}

// made reports whether an id was made while the call ran.
func (c *call) made(id string) bool {
	at, ok := instantOf(id)
	return ok && !at.Before(c.began.Add(-idStep)) && !at.After(c.began.Add(c.took))
}

// idStep is the precision of the time in an id: 12 bits of a millisecond, as
// package uuid writes them.
const idStep = 256 * time.Nanosecond

// instantOf reads the time in a UUID of version 7 (RFC 9562 §5.7).
func instantOf(id string) (time.Time, bool) {
	u, err := uuid.Parse(id)
	if err != nil || u.Version() != 7 {
		return time.Time{}, false
	}
	high := binary.BigEndian.Uint64(u[:8])
	return time.UnixMilli(int64(high >> 16)).Add(time.Duration(high&0xfff) * idStep), true
}
