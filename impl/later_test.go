package impl_test

import (
	"net/http"
	"strings"
	"testing"
)

// later are the operations that are not served yet.
var later = set(`
	createContact deleteContact getContactDetails importContacts listContacts updateContact
	createCalendarConnection deleteCalendarConnection listCalendarConnections syncCalendarConnection updateCalendarConnection`)

func set(names string) map[string]bool {
	all := map[string]bool{}
	for _, name := range strings.Fields(names) {
		all[name] = true
	}
	return all
}

// Ensure exactly these operations say that they are not served, and only
// once a request is one they would serve.
func TestNotYetServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ops := operations(t)
	for _, o := range ops {
		t.Run(o.ID, func(t *testing.T) {
			a := read(t)(w.owner.send(t, o.Method, o.path(nobody), o.body(t)))
			if (a.status == http.StatusNotImplemented) != later[o.ID] {
				t.Errorf("answered %d %s", a.status, a.body)
			}
			if !later[o.ID] {
				return
			}
			if f := decode[failure](t, a.body); f.sentence() != "This server does not offer this operation yet" || f.Error != "Not Implemented" {
				t.Errorf("answered %s", a.body)
			}
			wants(t, http.StatusUnauthorized)(w.caller().send(t, o.Method, o.path(nobody), o.body(t)))
			if strings.Contains(o.Path, "{") && !strings.HasPrefix(o.Path, "/webhooks") { // whose ids may be numbers
				wants(t, http.StatusBadRequest)(w.owner.send(t, o.Method, o.path("7"), o.body(t)))
			}
		})
	}
	for id := range later {
		if !strings.Contains(strings.Join(ids(ops), " "), id) {
			t.Errorf("there is no operation %s", id)
		}
	}
}

func ids(ops []operation) []string {
	var all []string
	for _, o := range ops {
		all = append(all, o.ID)
	}
	return all
}
