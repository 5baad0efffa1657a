package suggest_test

import (
	"testing"

	"github.com/meetwright/meetwright/impl/suggest"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"addr", "clock", "db", "mode", "public-url", "seed"}
	for written, want := range map[string]string{
		"adr": "addr", "clokc": "clock", "mod": "mode", "publicurl": "public-url", "seeds": "seed", "DB": "db",
		"seed": "seed", "tracing": "", "": "", "größe": "",
	} {
		if have := suggest.Nearest(written, words); have != want {
			t.Errorf("%q: %q, want %q", written, have, want)
		}
	}
}
