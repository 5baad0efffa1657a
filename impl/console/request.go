package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/meetwright/meetwright/server/control"
)

// requestView is a call with all that is known of it.
type requestView struct {
	frame
	control.Call
	Sent, Given part
	Curl, Go    string
	Effects     []effect
	// Replays is set when the call has an Idempotency-Key, so that one made
	// again is answered as the first.
	Replays bool
}

func (*requestView) template() string { return "request" }

// part is a request or an answer.
type part struct {
	Fields []field
	Body   string
	Cut    string // says that there is more of the body, or ""
	Long   bool   // better folded
}

func (s *site) request(r *http.Request, f frame) (view, error) {
	ctx, id := r.Context(), r.PathValue("id")
	c, err := told[control.GetRequest200JSONResponse](s.Plane.GetRequest(ctx, control.GetRequestRequestObject{ID: id}))
	if err != nil {
		return nil, err
	}
	curl, err := told[control.GetRequest200TextResponse](s.Plane.GetRequest(ctx, control.GetRequestRequestObject{
		ID: id, Params: control.GetRequestParams{Format: new(control.GetRequestParamsFormatCurl)},
	}))
	if err != nil {
		return nil, err
	}
	effects, err := s.effects(ctx, c.Caused)
	if err != nil {
		return nil, err
	}
	program, err := s.World.Program(id)
	f.Title, f.Section, f.Notice = c.Method+" "+c.Path, "requests", notice(r.URL.Query())
	return &requestView{
		frame: f, Call: control.Call(c), Curl: string(curl), Go: program, Replays: len(c.Request.Headers["Idempotency-Key"]) > 0,
		Effects: effects,
		Sent:    partOf(c.Request.Headers, c.Request.Body, c.Request.Bytes),
		Given:   partOf(c.Answer.Headers, c.Answer.Body, c.Answer.Bytes),
	}, err
}

// Bodies longer than these are folded.
const (
	longBody  = 2 << 10
	longLines = 40
)

// keptBody is what the journal keeps of a body.
const keptBody = 64 << 10

func partOf(headers map[string][]string, body string, size int64) part {
	p := part{Fields: fieldsOf(headers), Body: body}
	if size > keptBody {
		p.Cut = fmt.Sprintf("The first %d of %d bytes.", keptBody, size)
	}
	var indented bytes.Buffer
	if depth(body) <= maxDepth && json.Indent(&indented, []byte(body), "", "  ") == nil {
		p.Body = indented.String()
	}
	p.Long = len(p.Body) > longBody || strings.Count(p.Body, "\n") > longLines
	return p
}

// maxDepth is how deep a body may be nested to be shown indented, which takes
// room by the square of the depth.
const maxDepth = 100

// depth is how deep a JSON text is nested.
func depth(text string) int {
	deepest, now, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++ // what is escaped
		case quoted:
		case c == '[' || c == '{':
			now++
			deepest = max(deepest, now)
		case c == ']' || c == '}':
			now--
		}
	}
	return deepest
}

// actOnRequest makes a call again, and leads to the new one.
func (s *site) actOnRequest(r *http.Request, form url.Values) (string, []string, error) {
	if form.Get("do") != "resend" {
		return "", nil, errAction
	}
	id, err := s.World.Resend(r.Context(), r.PathValue("id"), r.RemoteAddr)
	return "requests/" + id, []string{"done", "resent"}, err
}
