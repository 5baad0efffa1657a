package impl_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// greylist has every mail that is due refused for now, as mail servers do
// with strangers.
func (w *world) greylist(t testing.TB) {
	t.Helper()
	w.update(t, func(tx *store.Tx) error {
		all, err := tx.ClaimJobs(store.Room{Workers: 99, Common: 99}, time.Now(), time.Minute)
		for _, j := range all {
			if err == nil && j.Kind == meet.SendMail {
				err = tx.RetryJob(j, tx.Now().Add(5*time.Second), meet.JobAttempt{At: tx.Now(), Status: 451, Error: "later"})
			} else if err == nil {
				err = tx.ReleaseJob(j)
			}
		}
		return err
	})
}

// Ensure that what happened to an appointment is told to each in the order in
// which it happened, although the first mail had to wait.
func TestLetters_InOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		begin func(t *testing.T, w *world) (end func())
		want  []string // subjects begin so, to the attendee and to the host
	}{
		"a booking that is cancelled": {func(t *testing.T, w *world) func() {
			b := w.owner.book(t)
			return func() { w.owner.cancels(t, b.AppointmentID, client.CancelRequest{}) }
		}, []string{"Booked", "Cancelled", "New booking", "Cancelled"}},
		"a request that is approved": {func(t *testing.T, w *world) func() {
			w.owner.changes(t, string(intro), `{"meetingOptions":{"requireHostConfirmation":"enabled"}}`)
			hold := w.owner.holds(t)
			return func() { w.owner.mustAnswer(t, hold.ProvisionalBookingID, "approve") }
		}, []string{"Requested", "Booked", "Please approve", "New booking"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			err := w.Jobs.Alone(func(runDue func() ([]meet.Job, error)) error {
				end := c.begin(t, w)
				w.greylist(t)
				end()
				ran, err := runDue()
				for _, j := range ran {
					if j.Kind == meet.SendMail {
						t.Errorf("overtaken by %s", j.Payload)
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			w.advance(t, "5s")
			var got []string
			for _, to := range []string{"client@example.com", "olivia@demo.example"} {
				for _, m := range w.inbox(t, to, "") {
					subject, _, _ := strings.Cut(m.Subject, ":")
					got = append(got, subject)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("the mails were %q, want %q", got, c.want)
			}
		})
	}
}
