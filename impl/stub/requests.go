package stub

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/meetwright/meetwright/server/control"
)

// ListRequests lists the latest calls.
func (p plane) ListRequests(ctx context.Context, r control.ListRequestsRequestObject) (control.ListRequestsResponseObject, error) {
	wait, err := parseWait(r.Params.Wait)
	if err != nil {
		return nil, err
	}
	found := p.world.journal.await(ctx, p.world.Ending, wait, func(c *call) bool {
		return (r.Params.Status == nil || hasStatus(c.status, *r.Params.Status)) &&
			(r.Params.Operation == nil || c.operation == *r.Params.Operation)
	})
	if r.Params.Format != nil {
		lines := make([]string, 0, len(found))
		for _, c := range found {
			lines = append(lines, c.curl(p.world.PublicURL))
		}
		return control.ListRequests200TextResponse(strings.Join(lines, "\n")), nil
	}
	list := control.ListRequests200JSONResponse{Requests: make([]control.CallSummary, 0, len(found)), Total: len(found)}
	for _, c := range found {
		list.Requests = append(list.Requests, c.summary())
	}
	return list, nil
}

// GetRequest returns a call.
func (p plane) GetRequest(ctx context.Context, r control.GetRequestRequestObject) (control.GetRequestResponseObject, error) {
	c := p.world.journal.get(r.ID)
	if c == nil {
		return nil, errNoCall
	}
	if r.Params.Format != nil {
		return control.GetRequest200TextResponse(c.curl(p.world.PublicURL)), nil
	}
	caused, err := p.world.caused(ctx, c)
	if err != nil {
		return nil, err
	}
	s := c.summary()
	return control.GetRequest200JSONResponse{
		ID: s.ID, At: s.At, Operation: s.Operation, Method: s.Method, Path: s.Path, Status: s.Status, Violations: s.Violations,
		DurationMs: s.DurationMs, Dropped: s.Dropped, RequestID: c.given.header.Get("X-Request-Id"),
		Request: control.SentRequest{
			Query: maskText(c.query), Headers: maskHeader(c.sent.header), Body: c.sent.text(), Bytes: c.sent.bytes,
		},
		Answer: control.GivenAnswer{Headers: maskHeader(c.given.header), Body: c.given.text(), Bytes: c.given.bytes},
		Caused: caused,
	}, nil
}

// DeleteRequests empties the journal.
func (p plane) DeleteRequests(context.Context, control.DeleteRequestsRequestObject) (control.DeleteRequestsResponseObject, error) {
	p.world.journal.clear()
	return control.DeleteRequests204Response{}, nil
}

func (c *call) summary() control.CallSummary {
	s := control.CallSummary{
		ID: c.id, At: c.at, Operation: c.operation, Method: c.method, Path: c.path, Status: c.status,
		Violations: c.violations(), DurationMs: float64(c.took.Microseconds()) / 1000,
	}
	if c.dropped != "" {
		s.Dropped = &c.dropped
	}
	return s
}

// violations are what the answer says of the shape of the request, and what
// was noted; never nil.
func (c *call) violations() []string {
	var answer struct {
		Message []string `json:"message"`
	}
	if c.status == http.StatusBadRequest && !c.relayed {
		_ = json.Unmarshal(c.given.body, &answer) // a single sentence is about something else
	}
	return append(append([]string{}, answer.Message...), c.noted...)
}

// text is the body as far as it is kept, without secrets.
func (m message) text() string { return maskText(strings.ToValidUTF8(string(m.body), "\uFFFD")) }
