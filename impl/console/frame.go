package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/meetwright/meetwright/server/control"
)

// links makes the addresses on a page. They are relative, so that a proxy may
// put a prefix before them, and stay in the tenant.
type links struct {
	// Root leads from the page to /_/.
	Root string
	// Tenant is the tenant that is looked at, "" for the server's own world.
	Tenant string
}

func (s *site) links(r *http.Request) links {
	l := links{Root: "./", Tenant: s.Tenant}
	if depth := strings.Count(strings.TrimPrefix(r.URL.Path, "/_/"), "/"); depth > 0 {
		l.Root = strings.Repeat("../", depth)
	}
	return l
}

// URL is the address of a path below /_/ with a query of names and values, of
// which those without a value are left out.
func (l links) URL(path string, query ...string) string {
	values := url.Values{}
	for i := 0; i < len(query); i += 2 {
		if query[i+1] != "" {
			values.Set(query[i], query[i+1])
		}
	}
	if l.Tenant != "" {
		values.Set("tenant", l.Tenant)
	}
	target := l.Root + path
	if len(values) > 0 {
		target += "?" + values.Encode()
	}
	return target
}

// frame is what every page has around its content.
type frame struct {
	links
	Title string
	// Section is the entry of the navigation that the page belongs to.
	Section string
	// Clock is what the clock of the world shows.
	Clock control.Clock
	// Notice says what a form has done.
	Notice string
	// Address is where clients reach the server.
	Address string
	// Relays says that calls are passed on to another server, so that there
	// is nothing here but calls and faults.
	Relays bool
}

// frame begins a page.
func (s *site) frame(r *http.Request) (frame, error) {
	clock, err := told[control.GetClock200JSONResponse](s.Plane.GetClock(r.Context(), control.GetClockRequestObject{}))
	f := frame{links: s.links(r), Clock: control.Clock(clock), Relays: s.World.Relays, Address: strings.TrimSuffix(s.World.PublicURL, "/")}
	if f.Address == "" {
		f.Address = "http://" + r.Host
	}
	return f, err
}

// moment is an instant as a page tells it.
type moment struct{ ISO, UTC, Relative string }

// When tells an instant, also relative to the clock of the world.
func (f frame) When(t time.Time) moment {
	t = t.UTC()
	return moment{ISO: t.Format(time.RFC3339Nano), UTC: t.Format("2006-01-02 15:04:05"), Relative: relative(t.Sub(f.Clock.Now))}
}

// relative says how far off something is, in the largest unit of which there
// are two.
func relative(d time.Duration) string {
	const day = 24 * time.Hour
	length := d.Abs()
	if length < time.Second {
		return "now"
	}
	n, unit := int64(length/time.Second), "second"
	for _, larger := range []struct {
		length time.Duration
		name   string
	}{{time.Minute, "minute"}, {time.Hour, "hour"}, {day, "day"}, {365 * day, "year"}} {
		if length >= 2*larger.length {
			n, unit = int64(length/larger.length), larger.name
		}
	}
	text := fmt.Sprintf("%d %s", n, unit)
	if n != 1 {
		text += "s"
	}
	if d < 0 {
		return text + " ago"
	}
	return "in " + text
}
