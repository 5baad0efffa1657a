package console

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/stub"
	"github.com/meetwright/meetwright/server/control"
)

// overviewView is the page that everything begins with.
type overviewView struct {
	frame
	Info control.Info
	// NextJob is when the next job is due, nil when none waits.
	NextJob *moment
	Calls   int
	Mails   int
	Waiting int // deliveries
	Dead    int
	// PersonalKey and PlatformKey are those of the demo, or "".
	PersonalKey, PlatformKey string
	Owner                    string // the id of the user of the personal key
	Sample                   string // a command line, or ""
	Faults                   []fault
}

func (*overviewView) template() string { return "overview" }

// fault is one that has calls left.
type fault struct {
	Operation string
	Effect    string
	Left      int
}

func (s *site) overview(r *http.Request, f frame) (view, error) {
	ctx := r.Context()
	f.Title, f.Section, f.Notice = "Overview", "overview", notice(r.URL.Query())
	v := &overviewView{frame: f}
	info, err := told[control.GetInfo200JSONResponse](s.Plane.GetInfo(ctx, control.GetInfoRequestObject{}))
	if err != nil {
		return nil, err
	}
	v.Info = control.Info(info)
	calls, err := told[control.ListRequests200JSONResponse](s.Plane.ListRequests(ctx, control.ListRequestsRequestObject{}))
	if err != nil {
		return nil, err
	}
	mails, err := told[control.ListMessages200JSONResponse](s.Plane.ListMessages(ctx, control.ListMessagesRequestObject{}))
	if err != nil {
		return nil, err
	}
	faults, err := told[control.ListFaults200JSONResponse](s.Plane.ListFaults(ctx, control.ListFaultsRequestObject{}))
	if err != nil {
		return nil, err
	}
	v.Calls, v.Mails = calls.Total, mails.Total
	for _, one := range faults.Faults {
		v.Faults = append(v.Faults, fault{operationOf(one), effectOf(one), one.Left})
	}
	next, found, err := s.nextJob(ctx)
	if err != nil {
		return nil, err
	}
	if found {
		v.NextJob = new(f.When(next))
	}
	endpoints, err := s.endpoints(ctx)
	for _, e := range endpoints {
		v.Waiting += e.Waiting
		v.Dead += e.Dead
	}
	if seed := s.World.Seed; seed != nil && !f.Relays {
		v.PersonalKey, v.PlatformKey, v.Owner = seed.PersonalKey(), seed.PlatformKey(), string(seed.Owner())
		v.Sample, _ = s.Sample(ctx, f.Address)
	}
	return v, err
}

func operationOf(f control.Fault) string {
	if f.Operation == nil {
		return "every operation"
	}
	return *f.Operation
}

// effectOf says what a fault does.
func effectOf(f control.Fault) string {
	text := ""
	switch {
	case f.Code != nil:
		text = fmt.Sprintf("answers %d %s", *f.Code, http.StatusText(*f.Code))
	case f.Drop != nil && *f.Drop == control.DropAfterWrite:
		text = "does it, and closes the connection without an answer"
	case f.Drop != nil:
		text = "closes the connection before anything is done"
	}
	if f.Delay != nil {
		wait := fmt.Sprintf("waits %d ms", *f.Delay)
		if text == "" {
			return wait
		}
		text = wait + ", then " + text
	}
	return text
}

func (s *site) nextJob(ctx context.Context) (at time.Time, found bool, err error) {
	err = s.World.Store.View(ctx, func(tx *store.Tx) error {
		at, found, err = tx.NextJobAt(tx.Now())
		return err
	})
	return at, found, err
}

// actOnOverview does what a button of the overview says.
func (s *site) actOnOverview(r *http.Request, form url.Values) (string, []string, error) {
	ctx, do := r.Context(), form.Get("do")
	if s.World.Relays && do != "clear" {
		return "", nil, stub.ErrRelays
	}
	var err error
	switch do {
	case "hour":
		return s.advance(ctx, time.Hour)
	case "day":
		return s.advance(ctx, 24*time.Hour)
	case "next":
		at, found, err := s.nextJob(ctx)
		if err != nil {
			return "", nil, err
		}
		if !found {
			return "", []string{"done", "idle"}, nil
		}
		return s.advance(ctx, at.Sub(s.World.Clock.Now()))
	case "release":
		_, err = s.Plane.SetClock(ctx, control.SetClockRequestObject{Body: &control.SetClockJSONRequestBody{}})
	case "reset":
		_, err = s.Plane.Reset(ctx, control.ResetRequestObject{})
	case "clear":
		_, err = s.Plane.ClearFaults(ctx, control.ClearFaultsRequestObject{})
	default:
		err = errAction
	}
	return "", []string{"done", do}, err
}

// advance moves the clock. What was due a moment ago is due at once.
func (s *site) advance(ctx context.Context, by time.Duration) (string, []string, error) {
	by = cmp.Or(max(by, 0), 1)
	answer, err := told[control.AdvanceClock200JSONResponse](s.Plane.AdvanceClock(ctx, control.AdvanceClockRequestObject{
		Body: &control.AdvanceClockJSONRequestBody{By: by.String()},
	}))
	return "", []string{"done", "advance", "ran", strconv.Itoa(len(answer.Fired))}, err
}

// notices say what a form has done, by the word that it left in the query.
var notices = map[string]string{
	"release":   "The clock shows the real time again.",
	"reset":     "Everything is as it was at the start.",
	"clear":     "There are no faults any more.",
	"idle":      "Nothing waits, so the clock was left as it is.",
	"emptied":   "It is empty now.",
	"resent":    "This is the call that was made again.",
	"redeliver": "It is being delivered again; the attempt shows here when it has ended.",
}

// notice says what a form has done. It repeats nothing of the query but a
// number.
func notice(query url.Values) string {
	if query.Get("done") != "advance" {
		return notices[query.Get("done")]
	}
	ran, err := strconv.Atoi(query.Get("ran"))
	switch {
	case err != nil || ran < 0:
		return ""
	case ran == 0:
		return "The clock was advanced; nothing was due."
	case ran == 1:
		return "The clock was advanced; 1 job ran."
	}
	return fmt.Sprintf("The clock was advanced; %d jobs ran.", ran)
}
