package impl_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
)

// keyed sends a POST under an Idempotency-Key and says whether the answer is
// a repetition.
func (c caller) keyed(t testing.TB, key, path, body string, status int) (answer, bool) {
	t.Helper()
	a := wants(t, status)(c.send(t, "POST", path, body, "Idempotency-Key", key))
	return a, a.header.Get("Idempotency-Replayed") == "true"
}

const (
	bookingPath = "/v4/booking"
	keyReused   = "This Idempotency-Key was used with another request body"
)

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := encoded(t, booking())
	first, replayed := w.owner.keyed(t, "k1", bookingPath, body, 201)
	if replayed {
		t.Error("the first answer is no repetition")
	}

	t.Run("the same request is answered again", func(t *testing.T) {
		for _, key := range []string{"k1", `"k1"`} {
			for _, path := range []string{bookingPath, bookingPath + "/"} {
				again, replayed := w.owner.keyed(t, key, path, body, 201)
				if !replayed || !bytes.Equal(again.body, first.body) || again.header.Get("Content-Type") != first.header.Get("Content-Type") {
					t.Errorf("answered %v %s, want %v %s", replayed, again.body, first.header, first.body)
				}
				if again.header.Get("X-Request-Id") == first.header.Get("X-Request-Id") {
					t.Error("the request id was repeated, too")
				}
			}
		}
		if n := len(w.live(t)); n != 1 {
			t.Errorf("%d bookings", n)
		}
	})
	t.Run("another body is refused", func(t *testing.T) {
		for _, other := range []string{body + " ", encoded(t, booking(starting("2024-01-15T10:00:00+01:00")))} {
			refuses(t, 422, keyReused)(w.owner.send(t, "POST", bookingPath, other, "Idempotency-Key", "k1"))
		}
		w.owner.isFree(t, starting("2024-01-15T10:00:00+01:00"))
	})
	t.Run("another key is another request", func(t *testing.T) {
		if a, replayed := w.owner.keyed(t, "K1", bookingPath, body, 400); replayed {
			t.Errorf("answered %s", a.body)
		}
	})
	t.Run("another credential is another request", func(t *testing.T) {
		_, ada := w.ada(t)
		for _, c := range []caller{ada, w.platform} {
			if a, replayed := c.keyed(t, "k1", bookingPath, body, 400); replayed {
				t.Errorf("answered %s", a.body)
			}
		}
	})
	t.Run("another path is another request", func(t *testing.T) {
		b := decode[client.Booked](t, first.body)
		if _, replayed := w.owner.keyed(t, "k1", "/v4/appointment/"+b.AppointmentID+"/cancel", "", 200); replayed {
			t.Error("the answer is a repetition")
		}
	})
	t.Run("a day later it is forgotten", func(t *testing.T) {
		w.setClock(t, "2024-01-11T07:59:59.999999Z")
		if _, replayed := w.owner.keyed(t, "k1", bookingPath, body, 201); !replayed {
			t.Error("forgotten too soon")
		}
		w.setClock(t, "2024-01-11T08:00:00Z")
		again, replayed := w.owner.keyed(t, "k1", bookingPath, body, 201) // it was cancelled meanwhile
		if replayed || bytes.Equal(again.body, first.body) {
			t.Errorf("answered %s", again.body)
		}
	})
}

// Ensure a refusal stays the answer, whatever changes meanwhile.
func TestIdempotencyKey_Refusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.owner.book(t)
	body := encoded(t, booking())
	first, _ := w.owner.keyed(t, "k", bookingPath, body, 400)
	wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{}))
	if again, replayed := w.owner.keyed(t, "k", bookingPath, body, 400); !replayed || !bytes.Equal(first.body, again.body) {
		t.Errorf("answered %s, want %s", again.body, first.body)
	}
	w.owner.isFree(t)

	t.Run("but not a wrong shape", func(t *testing.T) {
		if _, replayed := w.owner.keyed(t, "shape", bookingPath, "{}", 400); replayed {
			t.Error("the answer is a repetition")
		}
		w.owner.keyed(t, "shape", bookingPath, encoded(t, booking(starting("2024-01-15T10:00:00+01:00"))), 201)
	})
	t.Run("nor a refused credential", func(t *testing.T) {
		w.bearer("rgo-nope").keyed(t, "credential", bookingPath, body, 401)
		w.owner.keyed(t, "credential", bookingPath, encoded(t, booking(starting("2024-01-15T11:00:00+01:00"))), 201)
	})
	t.Run("nor a failure of the server", func(t *testing.T) {
		ann := `{"email":"ann@example.com"}`
		w.owner.keyed(t, "failure", "/crm", ann, 501)
		if _, replayed := w.owner.keyed(t, "failure", "/crm", ann, 501); replayed {
			t.Error("the answer is a repetition")
		}
		w.owner.keyed(t, "failure", "/crm", `{"email":"bob@example.com"}`, 501) // and the key is not taken
	})
}

func TestIdempotencyKey_Form(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const must = "Idempotency-Key must be 1 to 255 visible ASCII characters"
	for name, key := range map[string]string{
		"empty": "", "empty quotes": `""`, "too long": strings.Repeat("x", 256), "a blank": "a b", "a tab": "a\tb", "not ASCII": "clé",
	} {
		t.Run(name, func(t *testing.T) {
			lists(t, must)(w.owner.send(t, "POST", bookingPath, encoded(t, booking()), "Idempotency-Key", key))
		})
	}
	t.Run("longest", func(t *testing.T) {
		longest := strings.Repeat("x", 255)
		w.owner.keyed(t, longest, bookingPath, encoded(t, booking()), 201)
		if _, replayed := w.owner.keyed(t, `"`+longest+`"`, bookingPath, encoded(t, booking()), 201); !replayed {
			t.Error("quotes count")
		}
	})
	t.Run("of no meaning elsewhere", func(t *testing.T) {
		for _, key := range []string{"k", ""} {
			wants(t, http.StatusOK)(w.owner.send(t, "GET", "/v4/user/me", "", "Idempotency-Key", key))
		}
	})
}

// Ensure that of different requests under one key at once a single one
// counts.
func TestIdempotencyKey_DifferentAtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	params := &client.CreateBookingParams{IdempotencyKey: new("k")}
	count := statuses(atOnce(t, 24, func(i int) (*http.Response, error) {
		return w.owner.CreateBooking(t.Context(), params, booking(starting(fmt.Sprintf("2024-01-15T%02d:00:00+01:00", 9+i%6))))
	}))
	if count[201] != 4 || count[422] != 20 {
		t.Errorf("answers were %v, want 4 times 201 for one of the six, and 20 times 422", count)
	}
	if live := w.checkApart(t); len(live) != 1 {
		t.Errorf("%d bookings", len(live))
	}
}

// Ensure the other operations repeat their answers, whoever calls them.
func TestIdempotencyKey_Changes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.owner.book(t)
	path := "/v4/appointment/" + b.AppointmentID
	jane := w.attendee(b.Secret)
	for name, move := range map[string]struct {
		caller
		body string
	}{"by the host": {w.owner, `{"start":"2024-01-16T09:00:00+01:00"}`}, "by the attendee": {jane, `{"start":"2024-01-16T10:00:00+01:00"}`}} {
		t.Run(name, func(t *testing.T) {
			before := w.owner.appointment(t, b.AppointmentID).RescheduleCount
			first, _ := move.keyed(t, "move", path+"/reschedule", move.body, 200)
			again, replayed := move.keyed(t, "move", path+"/reschedule", move.body, 200)
			if !replayed || !bytes.Equal(first.body, again.body) {
				t.Errorf("answered %s, want %s", again.body, first.body)
			}
			if after := w.owner.appointment(t, b.AppointmentID).RescheduleCount; after != before+1 {
				t.Errorf("moved %d times", after-before)
			}
		})
	}
	t.Run("the secret is still checked", func(t *testing.T) {
		refuses(t, 401, wrongSecret)(w.attendee(b.Secret[1:]).send(t, "POST", path+"/reschedule", `{"start":"2024-01-16T09:00:00+01:00"}`, "Idempotency-Key", "move"))
	})
	t.Run("create a meeting type once", func(t *testing.T) {
		body := `{"meetingInfo":{"name":"Chat","description":"","duration":15,"channel":"zoom"}}`
		first, _ := w.owner.keyed(t, "type", "/v4/meeting-type", body, 201)
		if again, _ := w.owner.keyed(t, "type", "/v4/meeting-type", body, 201); !bytes.Equal(first.body, again.body) {
			t.Errorf("answered %s, want %s", again.body, first.body)
		}
	})
}

// Ensure neither secrets nor credentials can be read in the database, while
// answers that hold them are repeated even after a restart.
func TestIdempotencyKey_Sealed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "meetwright.db")
	var settings impl.Settings
	var body = encoded(t, booking())
	var first answer
	t.Run("first run", func(t *testing.T) {
		w := newWorld(t, onDisk(path), func(s *impl.Settings) { settings = *s })
		first, _ = w.owner.keyed(t, "k", bookingPath, body, 201)
	})
	secret := decode[client.Booked](t, first.body).Secret
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, hidden := range []string{secret, secret[:16], settings.Seed.PersonalKey(), "demo-platform-secret"} {
			if bytes.Contains(content, []byte(hidden)) {
				t.Errorf("%s holds %q", filepath.Base(file), hidden)
			}
		}
	}
	t.Run("second run", func(t *testing.T) {
		w := newWorld(t, onDisk(path), func(s *impl.Settings) { s.Ring = settings.Ring })
		if again, replayed := w.owner.keyed(t, "k", bookingPath, body, 201); !replayed || !bytes.Equal(first.body, again.body) {
			t.Errorf("answered %s, want %s", again.body, first.body)
		}
		w.attendee(secret).appointment(t, decode[client.Booked](t, first.body).AppointmentID)
	})
}
