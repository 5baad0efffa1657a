package stub

import (
	"net/http"
	"strings"

	"github.com/meetwright/meetwright/server"
)

// ErrRelays refuses what is about the content of a server, where calls are
// passed on to another one.
var ErrRelays = &server.Problem{
	Status: http.StatusNotFound, Message: "A proxy keeps calls (/_/requests) and faults (/_/faults) only; ask the server behind it for the rest",
}

// absent are the parts of a control plane that are about what a server
// keeps.
var absent = []string{"/_/clock", "/_/inbox", "/_/reset", "/_/webhooks"}

// Relaying serves what of a control plane a proxy has: its calls and faults.
func Relaying(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, path := range absent {
			if r.URL.Path == path || strings.HasPrefix(r.URL.Path, path+"/") {
				ErrRelays.Answer(w)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
