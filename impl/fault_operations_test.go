package impl_test

import (
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/server"
)

// Ensure that each operation can be made to answer with any status and each
// of its examples, to take its time, and to lose its answer.
func TestPrefer_Operations(t *testing.T) {
	t.Parallel()
	w := newWorld(t).unchecked(t)
	c := w.tester("")
	for _, o := range operations(t) {
		path := o.path("00000000-0000-4000-8000-000000000000")
		t.Run(o.ID, func(t *testing.T) {
			for prefer, status := range map[string]int{"code=503": 503, "code=200": 200, "code=418": 418} {
				a := wants(t, status)(c.owner.send(t, o.Method, path, "", "Prefer", prefer))
				if applied := a.header.Get("Preference-Applied"); applied != prefer {
					t.Errorf("%s: applied %q", prefer, applied)
				}
			}
			examples, _ := server.Examples(o.ID)
			for _, e := range examples {
				if e.Name != "" {
					wants(t, e.Status)(c.owner.send(t, o.Method, path, "", "Prefer", "example="+e.Name))
				}
			}
			a, err := readAll(c.owner.send(t, o.Method, path, "", "Prefer", "delay=1"))
			if err != nil || a.header.Get("Preference-Applied") != "delay=1" || a.status == http.StatusServiceUnavailable {
				t.Errorf("delayed: %d, applied %q, %v", a.status, a.header.Get("Preference-Applied"), err)
			}
			isCut(t)(c.owner.send(t, o.Method, path, "", "Prefer", "drop=after-write"))
		})
	}
}
