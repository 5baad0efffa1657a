package clienttest

import (
	"net/http"
	"time"

	"github.com/meetwright/meetwright/client/control"
)

// Fault says how calls fail. Several make one: a status after a delay, ten times.
type Fault func(*control.NewFault)

// FailNext makes the next call of an operation fail, such as "createBooking" for POST /v4/booking, "" being any. Faults are used up in the order in which they were
// added.
func (s *Server) FailNext(operation string, faults ...Fault) {
	s.t.Helper()
	var all control.NewFault
	if operation != "" {
		all.Operation = &operation
	}
	for _, fault := range faults {
		fault(&all)
	}
	none(s, http.StatusCreated)(control.NewAddFaultRequest(s.host.url, nil, all))
}

// Status answers a status from 200 to 599, and nothing is done. It comes with the body that the API has for it, and 429 and 503 with a Retry-After of one second.
func Status(code int) Fault { return func(f *control.NewFault) { f.Code = &code } }

// RetryAfter asks the caller of a Status to wait for a time of whole seconds.
func RetryAfter(d time.Duration) Fault {
	return func(f *control.NewFault) { f.RetryAfter = new(int(d / time.Second)) }
}

// Body is what a Status answers: a string as it is, anything else as JSON.
func Body(body any) Fault { return func(f *control.NewFault) { f.Body = body } }

// LoseRequest closes the connection without having done anything.
func LoseRequest() Fault { return dropping(control.DropBeforeWrite) }

// LoseAnswer does what the call asks for, and closes the connection instead of answering: client.ErrOutcomeUnknown.
func LoseAnswer() Fault { return dropping(control.DropAfterWrite) }

func dropping(d control.Drop) Fault { return func(f *control.NewFault) { f.Drop = &d } }

// Delay waits first, up to five minutes. On its own it makes calls late, and not fail.
func Delay(d time.Duration) Fault {
	return func(f *control.NewFault) { f.Delay = new(int(d.Milliseconds())) }
}

// Times makes as many calls fail instead of one.
func Times(n int) Fault { return func(f *control.NewFault) { f.Times = &n } }
