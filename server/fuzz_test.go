package server

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// target is an operation to be fuzzed, with an id in each place of its path.
type target struct{ method, path string }

func targets(t testing.TB, want func(*openapi3.Operation) bool) []target {
	var all []target
	for path, item := range document(t).Paths.Map() {
		for method, o := range item.Operations() {
			if want(o) {
				all = append(all, target{method, strings.NewReplacer("{id}", anID, "{deliveryId}", anID, "{meetingTypeId}", anID, "{workspaceId}", anID).Replace(path)})
			}
		}
	}
	slices.SortFunc(all, func(a, b target) int { return strings.Compare(a.method+a.path, b.method+b.path) })
	return all
}

// answered fails unless a fuzzed request was either served or refused as the contract says.
func answered(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code == http.StatusOK {
		return
	}
	body := w.Body.String()
	if w.Code != http.StatusBadRequest {
		t.Errorf("status %d: %s", w.Code, body)
	}
	for _, text := range errorOf(t, w).messages {
		if strings.Contains(text, "does not have the form of the contract") {
			t.Error("the schema allows what the type does not")
		}
	}
}

// Whatever is sent as a body, the answer is the operation's or a 400 in the contract's shape; and what the operation is
// given is what was sent.
func FuzzBody(f *testing.F) {
	svc := &stub{}
	h := svc.handler(f, Options{})
	all := targets(f, func(o *openapi3.Operation) bool { return o.RequestBody != nil })
	booked := uint8(slices.IndexFunc(all, func(a target) bool { return a.path == "/v4/booking" }))
	for _, seed := range []string{
		booking, "", " ", "{}", "[]", "null", "7", `"x"`, `{"a":1}{`, `{"start":"a","start":"b"}`, `{"DURATION":1}`, `{"duration":30.0}`, `{"duration":1e999}`,
		`{"attendee":{"notes":{"a":"\u0000","b":[[[[]]]]}}}`, "{\"location\":\"\xff\"}", `{"hostIds":[null,"x",{}]}`, `{"location":"\ud800"}`,
		`{"ics":{"title":{"de":null}}}`, `{"metadata":{"a":null}}`, `{"transcription":null}`, `{"contacts":[{"email":"x"}]}`,
	} {
		f.Add(booked, []byte(seed))
		f.Add(uint8(0), []byte(seed))
	}
	for i, o := range all {
		f.Add(uint8(i), []byte(`{"name":"x","start":"2026-01-01T00:00:00Z","schedule":{"monday":{"enabled":true,"hours":[{"start":"08:00","end":"24:00"}]}}}`))
		_ = o
	}
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		to := all[int(which)%len(all)]
		svc.request = nil
		r := httptest.NewRequest(to.method, to.path, bytes.NewReader(text))
		r.Header.Set("Authorization", "Bearer "+validToken)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		answered(t, w)
		if (w.Code == http.StatusOK) != (svc.request != nil) {
			t.Errorf("status %d, request %v", w.Code, svc.request)
		}
		if w.Code == http.StatusOK && len(text) > 0 && !json.Valid(text) {
			t.Error("what is no JSON got through")
		}
	})
}

func FuzzQuery(f *testing.F) {
	svc := &stub{}
	h := svc.handler(f, Options{})
	all := targets(f, func(o *openapi3.Operation) bool {
		return o.Parameters.GetByInAndName("query", "page") != nil || o.OperationID == "getBookingAvailability" || o.OperationID == "deleteAppointment"
	})
	for i := range all {
		for _, seed := range []string{
			"", "&", "=", "page=0&pageSize=1", "page=%zz", "page=1;pageSize=2", "tags=a&tags[]=b&tags=c,d", "tags%5B%5D=%2C", "search=%00", "search=%ff",
			"meetingTypeId=" + anID + "&start=2026-01-01&end=2026-01-02&hostIds[]=" + anID, "start=2026-01-01T00:00:00+01:00", "page=1&page=2", "troubleshoot=1",
		} {
			f.Add(uint8(i), seed, "")
		}
	}
	f.Add(uint8(0), "", `"a b"`)
	f.Fuzz(func(t *testing.T, which uint8, query, key string) {
		to := all[int(which)%len(all)]
		r := &http.Request{
			Method: to.method, URL: &url.URL{Path: to.path, RawQuery: query}, Body: io.NopCloser(strings.NewReader("")),
			Header: http.Header{"Authorization": {"Bearer " + validToken}, "Idempotency-Key": {key}},
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r.WithContext(t.Context()))
		answered(t, w)
	})
}

// What the path holds decides between 200, 400, 404 and 405, never more.
func FuzzPath(f *testing.F) {
	h := (&stub{}).handler(f, Options{})
	for _, seed := range []string{"/", "/v4/appointment/" + anID, "/v4/appointment/%00", "/v4/user/a/b", "/v4/appointment//cancel", "/v4/appointment/a%2Fb/ics/", "/docs/x", "/crm/%ff", "/%", "//"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		at, err := url.ParseRequestURI(path)
		if err != nil || !strings.HasPrefix(path, "/") {
			return
		}
		r := &http.Request{Method: http.MethodGet, URL: at, Header: http.Header{"Authorization": {"Bearer " + validToken}}, Body: http.NoBody}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r.WithContext(t.Context()))
		switch w.Code {
		case http.StatusOK:
		case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed:
			errorOf(t, w)
		default:
			t.Errorf("status %d", w.Code)
		}
	})
}
