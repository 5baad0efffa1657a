package page_test

import (
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure the page of a one-time link says what it is for and whether it is
// still good, and nothing of others.
func TestOneTime(t *testing.T) {
	for language, want := range map[string][2]string{
		"en": {"A link to book an appointment", "This link was used already"}, "de": {"Ein Link, um einen Termin zu buchen", "Dieser Link wurde schon benutzt"},
	} {
		t.Run(language, func(t *testing.T) {
			w := newWorld(t, "en", func(m *meet.MeetingType) { m.OneTimeOnly = true })
			id := "one-time-" + string(w.company.ID)
			w.update(t, func(tx *store.Tx) error { return tx.InsertOneTimeLink(id, w.company.ID, w.kind.ID, "For Ann") })
			speaks := []string{"Accept-Language", language}
			page := w.do(http.MethodGet, "/one-time/"+id, "", speaks...)
			wants(t, page, http.StatusOK, want[0], w.kind.Name)
			lacks(t, page, "For Ann", "<form")
			w.update(t, func(tx *store.Tx) error {
				_, err := tx.SpendOneTimeLink(w.company.ID, id, w.kind.ID)
				return err
			})
			wants(t, w.do(http.MethodGet, "/one-time/"+id, "", speaks...), http.StatusOK, want[1])
			wants(t, w.do(http.MethodPost, "/one-time/"+id, ""), http.StatusMethodNotAllowed)
			wants(t, w.get("/one-time/unknown"), http.StatusNotFound)
			w.update(t, func(tx *store.Tx) error { return tx.DeleteMeetingType(w.kind.ID) })
			wants(t, w.get("/one-time/"+id), http.StatusNotFound)
		})
	}
}
