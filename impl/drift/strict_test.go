package drift_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/meetwright/meetwright/impl/drift"
	"github.com/meetwright/meetwright/impl/stub"
	"github.com/meetwright/meetwright/server"
	"github.com/meetwright/meetwright/server/control"
)

// lying is a service that answers what a test has it answer.
type lying struct {
	server.StrictServerInterface
	answer func(http.ResponseWriter) error
}

func (l *lying) Authenticate(ctx context.Context, _ server.Call) (context.Context, error) {
	return ctx, nil
}

func (l *lying) Problem(error) *server.Problem { return nil }

func (l *lying) Once(ctx context.Context, _ server.OnceKey, do func(context.Context) (*server.Answer, error)) (*server.Answer, bool, error) {
	answer, err := do(ctx)
	return answer, false, err
}

func (l *lying) Ready(context.Context) error { return nil }

// VisitCreateOneTimeLinkResponse writes the answer.
func (l *lying) VisitCreateOneTimeLinkResponse(w http.ResponseWriter) error { return l.answer(w) }

func (l *lying) CreateOneTimeLink(context.Context, server.CreateOneTimeLinkRequestObject) (server.CreateOneTimeLinkResponseObject, error) {
	return l, nil
}

// record is what was logged.
type record struct {
	mu   sync.Mutex
	text strings.Builder
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// strict serves the lies, in stub mode with a journal.
func strict(t *testing.T, l *lying, live bool) (url string, log *record, metrics func() string) {
	t.Helper()
	log = &record{}
	logger := slog.New(slog.NewTextHandler(log, nil))
	m := server.NewMetrics("")
	own, err := server.OwnAnswers()
	if err != nil {
		t.Fatal(err)
	}
	report := &drift.Report{Log: logger, Found: drift.NewCounter(), Mark: !live, Answers: own}
	m.Register(report.Found)
	o := server.Options{Logger: logger, Metrics: m}
	if !live {
		w := &stub.World{Clock: &stub.Clock{}, Log: logger}
		plane, err := w.Handler(control.Info{}, func(_ control.StrictServerInterface, h http.Handler) http.Handler { return h })
		if err != nil {
			t.Fatal(err)
		}
		o.Around, o.Mount = w.Around, map[string]http.Handler{"/_/": plane}
	}
	o.Around = report.Strict(o.Around)
	h, err := server.New(l, o)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	return web.URL, log, func() string { return get(t, web.URL+"/metrics") }
}

func get(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func post(t *testing.T, url string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, url+"/v4/one-time-booking-link/create/770e8400-e29b-41d4-a716-446655440002", nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

const link = `{"id":"i","url":"https://x.example","token":"hush"}`

func says(status int, body string) func(http.ResponseWriter) error {
	return func(w http.ResponseWriter) error {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, err := io.WriteString(w, body)
		return err
	}
}

// Ensure that an answer of our own which leaves the contract goes out as it
// is, and is told wherever somebody may look.
func TestReport_Strict(t *testing.T) {
	huge := strings.Repeat(" ", 9<<20) + "{}"
	for _, row := range []struct {
		name         string
		answer       func(http.ResponseWriter) error
		header       []string
		status       int
		body         string
		marked, want string // want is part of the log and of the journal, "" for nothing
	}{
		{"as documented", says(201, link), nil, 201, link, "", ""},
		{"a field is missing", says(201, `{"id":"hush","token":7}`), nil, 201, `{"id":"hush","token":7}`, "2", "/token must be a string"},
		{"another status", says(202, link), nil, 202, link, "1", "createOneTimeLink does not document status 202"},
		{"under a key", says(201, `[]`), []string{"Idempotency-Key", "k"}, 201, `[]`, "1", "the body must be an object"},
		{"in many parts", func(w http.ResponseWriter) error {
			if err := says(201, link[:5])(w); err != nil {
				return err
			}
			_, err := io.WriteString(w, link[5:])
			return err
		}, nil, 201, link, "", ""},
		{"too large to be checked", says(201, huge), nil, 201, huge, "", ""},
		{"asked for in its place", says(201, `[]`), []string{"Prefer", "code=418"}, 418, "", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			url, log, metrics := strict(t, &lying{answer: row.answer}, false)
			answer, body := post(t, url, row.header...)
			if answer.StatusCode != row.status || row.body != "" && body != row.body {
				t.Errorf("the answer is %d %.200q", answer.StatusCode, body)
			}
			if got := answer.Header.Get(drift.Header); got != row.marked {
				t.Errorf("the header is %q, want %q", got, row.marked)
			}
			journal := get(t, url+"/_/requests")
			if !strings.Contains(journal, row.want) || row.want == "" && !strings.Contains(journal, `"violations":[]`) || row.want != "" && !strings.Contains(journal, "answer: ") {
				t.Errorf("the journal is %s", journal)
			}
			found := strings.Contains(log.String(), "contract violation") && strings.Contains(metrics(), `meetwright_contract_violations_total{operation="createOneTimeLink",side="answer"} `+row.marked)
			if found != (row.want != "") || strings.Contains(log.String(), "hush") {
				t.Errorf("the log is %s", log)
			}
		})
	}
}

// Ensure that callers of a live server are told nothing.
func TestReport_StrictLive(t *testing.T) {
	url, log, _ := strict(t, &lying{answer: says(201, `[]`)}, true)
	answer, body := post(t, url)
	if answer.StatusCode != http.StatusCreated || body != `[]` || answer.Header.Get(drift.Header) != "" {
		t.Errorf("the answer is %d %v %s", answer.StatusCode, answer.Header, body)
	}
	if !strings.Contains(log.String(), `msg="contract violation" request_id=`+answer.Header.Get("X-Request-Id")+` operation=createOneTimeLink side=answer status=201 at="" reason="the body must be an object"`) {
		t.Errorf("the log is %s", log)
	}
}
