package servertest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// failures is a test that notes its failures instead of failing.
type failures struct {
	testing.TB
	texts []string
}

func (f *failures) Helper() {}
func (f *failures) Errorf(format string, args ...any) {
	f.texts = append(f.texts, fmt.Sprintf(format, args...))
}

const (
	booked      = `{"appointmentId":"a","secret":"s"}`
	provisional = `{"bookingType":"DoubleOptIn","provisionalBookingId":"p"}`
	refusal     = `{"statusCode":400,"message":"The selected time slot is no longer available","error":"Bad Request","errorCode":"slot-occupied"}`
	slots       = `{"timezone":"UTC","timeframes":[],"dates":[],"earliestAvailableDate":null,"earliestMonthAvailability":null}`
)

func TestValidate(t *testing.T) {
	jsonType := http.Header{"Content-Type": {"application/json"}}
	rows := []struct {
		name, method, path string
		status             int
		body               string
		header             http.Header
		want               string // part of the failure, "" when there must be none
	}{
		{"as documented", "POST", "/v4/booking", 201, booked, jsonType, ""},
		{"the other form", "POST", "/v4/booking/", 201, provisional, jsonType, ""},
		{"a refusal", "POST", "/v4/booking", 400, refusal, jsonType, ""},
		{"no content", "DELETE", "/crm/1", 204, "", nil, ""},
		{"a path with parameters", "DELETE", "/v4/meeting-type/1", 204, "", nil, ""},
		{"a path without goes first", "GET", "/v4/user/me", 204, "", nil, "getCurrentUser does not document"},
		{"both forms at once", "POST", "/v4/booking", 201, `{"appointmentId":"a","secret":"s","bookingType":"DoubleOptIn","provisionalBookingId":"p"}`, jsonType, "the body fits none of its forms"},
		{"undocumented status", "POST", "/v4/booking", 200, booked, jsonType, "createBooking does not document status 200"},
		{"undocumented refusal", "GET", "/v4/user/me", 409, `{"statusCode":409,"message":"x","error":"Conflict"}`, jsonType, "getCurrentUser does not document status 409"},
		{"missing field", "POST", "/v4/booking", 201, `{"appointmentId":"a"}`, jsonType, "/secret is required"},
		{"one property too many", "POST", "/v4/booking", 201, `{"appointmentId":"a","secret":"s","more":1}`, jsonType, "/more is not known here"},
		{"missing field of one form", "GET", "/v4/booking-availability", 200, `{"timezone":"UTC","timeframes":[]}`, jsonType, "/dates is required"},
		{"empty arrays", "GET", "/v4/booking-availability", 200, slots, jsonType, ""},
		{"null for an array", "GET", "/v4/booking-availability", 200, strings.Replace(slots, `"dates":[]`, `"dates":null`, 1), jsonType, "/dates must not be null"},
		{"wrong format", "GET", "/v4/booking-availability", 200, strings.Replace(slots, `[]`, `[{"start":"soon","end":"2026-01-01T00:00:00Z"}]`, 1), jsonType, "/timeframes/0/start"},
		{"null for a list", "GET", "/webhooks", 200, `null`, jsonType, "the body must not be null"},
		{"wrong content type", "POST", "/v4/booking", 201, booked, http.Header{"Content-Type": {"text/plain"}}, "Content-Type"},
		{"no content type", "POST", "/v4/booking", 201, booked, http.Header{"Content-Type": nil}, "Content-Type"},
		{"no JSON", "POST", "/v4/booking", 201, `{`, jsonType, "not JSON"},
		{"two values", "POST", "/v4/booking", 201, booked + booked, jsonType, "after the JSON value"},
		{"a body where there is none", "DELETE", "/crm/1", 204, "x", nil, "no body"},
		{"missing header", "GET", "/v4/user/me", 429, `{"statusCode":429,"message":"x","error":"Too Many Requests"}`, jsonType, "Retry-After is required"},
		{"wrong header", "GET", "/v4/user/me", 429, `{"statusCode":429,"message":"x","error":"Too Many Requests"}`, http.Header{"Content-Type": {"application/json"}, "Retry-After": {"-1"}}, "Retry-After"},
		{"no request id", "POST", "/v4/booking", 201, booked, http.Header{"Content-Type": {"application/json"}, "X-Request-Id": nil}, "X-Request-Id"},
		{"another error shape", "POST", "/v4/booking", 400, `{"error":"x"}`, jsonType, "/statusCode is required"},
		{"another status in it", "POST", "/v4/booking", 400, strings.Replace(refusal, "400", "404", 1), jsonType, "statusCode is not the status"},
		{"another phrase in it", "POST", "/v4/booking", 400, strings.Replace(refusal, "Bad Request", "Oops", 1), jsonType, "reason phrase"},
		{"empty message", "POST", "/v4/booking", 400, `{"statusCode":400,"message":[],"error":"Bad Request"}`, jsonType, "message is empty"},
		{"iCalendar", "GET", "/v4/appointment/1/ics", 200, "BEGIN:VCALENDAR", http.Header{"Content-Type": {"text/calendar; charset=utf-8"}}, ""},
		{"HEAD", "HEAD", "/v4/booking-availability", 200, "", nil, ""},
		{"OPTIONS", "OPTIONS", "/v4/booking", 204, "", nil, ""},
		{"wrong method", "PUT", "/v4/booking", 405, `{"statusCode":405,"message":"x","error":"Method Not Allowed"}`, jsonType, ""},
		{"wrong method served", "PUT", "/v4/booking", 200, booked, jsonType, "no such method"},
		{"unknown path", "GET", "/nothing", 404, `{"statusCode":404,"message":"x","error":"Not Found"}`, jsonType, ""},
		{"unknown path in another shape", "GET", "/nothing", 404, `{"message":"Not Found"}`, jsonType, "/error is required"},
		{"a page", "GET", "/_/", 404, "<p>", http.Header{"Content-Type": {"text/html"}}, ""},
		{"beside the contract", "GET", "/m/page", 200, `{"now":1}`, jsonType, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			f := &failures{TB: t}
			h := Validate(f, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Request-Id", "r")
				for name, values := range row.header {
					w.Header()[name] = values
				}
				w.WriteHeader(row.status)
				_, _ = io.WriteString(w, row.body)
			}))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(row.method, row.path, nil))
			got := strings.Join(f.texts, "\n")
			if (row.want == "") != (got == "") || !strings.Contains(got, row.want) {
				t.Errorf("found %q", got)
			}
			if w.Code != row.status || w.Body.String() != row.body {
				t.Errorf("passed on %d %s", w.Code, w.Body)
			}
		})
	}
}

// A connection that is taken over is no answer.
func TestValidate_Hijacked(t *testing.T) {
	f := &failures{TB: t}
	server := httptest.NewServer(Validate(f, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	})))
	defer server.Close()
	res, err := server.Client().Get(server.URL + "/v4/user/me")
	if err == nil {
		_ = res.Body.Close()
		t.Error("an answer came")
	}
	if len(f.texts) > 0 {
		t.Error(f.texts)
	}
}
