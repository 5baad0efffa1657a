package server

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// untouchable is a body that must not be read, of a client that waits to be
// told to go on.
type untouchable struct{ t *testing.T }

func (b untouchable) Read([]byte) (int, error) {
	b.t.Error("the body was read before the caller was known")
	return 0, errors.New("read")
}

func TestOrder(t *testing.T) {
	h := (&stub{}).handler(t, Options{})
	nobody := http.Header{"Authorization": nil, "Content-Type": {"text/plain"}, "Expect": {"100-continue"}}
	t.Run("401 before everything about the body", func(t *testing.T) {
		w := call{method: "POST", path: "/v4/appointment/42/cancel", reader: untouchable{t}, header: nobody}.do(h)
		got := errorOf(t, w)
		if got.status != http.StatusUnauthorized || got.messages[0] != "Missing authorization header" {
			t.Errorf("got %+v", got)
		}
		if w.Header().Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("headers are %v", w.Header())
		}
	})
	t.Run("404 and 405 before 401", func(t *testing.T) {
		for path, want := range map[string]int{"/v4/nothing": 404, "/v4/user/me": 405} {
			w := call{method: "POST", path: path, reader: untouchable{t}, header: nobody}.do(h)
			if got := errorOf(t, w); got.status != want {
				t.Errorf("%s: %+v", path, got)
			}
		}
	})
	t.Run("the acting user before the shape", func(t *testing.T) {
		svc := &stub{authenticate: func(context.Context, Call) (context.Context, error) {
			return nil, &Problem{Status: http.StatusForbidden, Message: "This credential does not allow that"}
		}}
		w := call{method: "POST", path: "/v4/booking", reader: untouchable{t}, header: http.Header{"Expect": {"100-continue"}}}.do(svc.handler(t, Options{}))
		if got := errorOf(t, w); got.status != http.StatusForbidden || w.Header().Get("WWW-Authenticate") != "" {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("429 says when to come back", func(t *testing.T) {
		svc := &stub{authenticate: func(context.Context, Call) (context.Context, error) {
			return nil, &Problem{Status: http.StatusTooManyRequests, Message: "Too many requests", RetryAfter: 1100 * time.Millisecond}
		}}
		w := call{path: "/v4/user/me"}.do(svc.handler(t, Options{}))
		if errorOf(t, w).status != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "2" {
			t.Errorf("status %d, headers %v", w.Code, w.Header())
		}
	})
}

func TestCall(t *testing.T) {
	var got Call
	svc := &stub{authenticate: func(ctx context.Context, c Call) (context.Context, error) { got = c; return ctx, nil }}
	h := svc.handler(t, Options{})
	secrets := http.Header{
		"Authorization": nil, "X-Appointment-Secret": {"s"}, "X-Confirmation-Token": {"c"},
		"X-Forwarded-For": {"9.9.9.9"}, "X-Real-Ip": {"9.9.9.9"},
	}
	rows := []struct {
		name         string
		method, path string
		header       http.Header
		want         Call
	}{
		{"nothing given", "POST", "/v4/booking", http.Header{"Authorization": nil}, Call{Operation: "createBooking", Scope: "scheduling", ActingUserOptional: true}},
		{"empty header", "GET", "/crm", http.Header{"Authorization": {""}}, Call{Operation: "listContacts", Scope: "contacts"}},
		{"bearer", "GET", "/webhooks", http.Header{"Authorization": {"Bearer a"}}, Call{Operation: "listWebhooks", Scope: "account", HasAuthorization: true, Bearer: "a"}},
		{"bearer in other letters", "GET", "/webhooks", http.Header{"Authorization": {"bEARER  a "}}, Call{Operation: "listWebhooks", Scope: "account", HasAuthorization: true, Bearer: "a"}},
		{"another scheme", "GET", "/webhooks", http.Header{"Authorization": {"Basic x"}}, Call{Operation: "listWebhooks", Scope: "account", HasAuthorization: true}},
		{"no scheme", "GET", "/webhooks", http.Header{"Authorization": {validToken}}, Call{Operation: "listWebhooks", Scope: "account", HasAuthorization: true}},
		{"scheme alone", "GET", "/webhooks", http.Header{"Authorization": {"Bearer"}}, Call{Operation: "listWebhooks", Scope: "account", HasAuthorization: true}},
		{"two credentials", "GET", "/webhooks", http.Header{"Authorization": {"Bearer a", "Bearer b"}}, Call{Operation: "listWebhooks", Scope: "account", HasAuthorization: true, Bearer: "a,Bearer b"}},
		{"acting user", "GET", "/webhooks", http.Header{"Authorization": nil, "X-Meetergo-Api-User-Id": {"u"}}, Call{Operation: "listWebhooks", Scope: "account", HasActingUser: true, ActingUser: "u"}},
		{"two acting users", "GET", "/webhooks", http.Header{"Authorization": nil, "X-Meetergo-Api-User-Id": {"u", "v"}}, Call{Operation: "listWebhooks", Scope: "account", HasActingUser: true, ActingUser: "u,v"}},
		{"empty acting user", "GET", "/webhooks", http.Header{"Authorization": nil, "X-Meetergo-Api-User-Id": {""}}, Call{Operation: "listWebhooks", Scope: "account", HasActingUser: true}},
		{"secret where it counts", "GET", "/v4/appointment/x%2Fy", secrets, Call{Operation: "getAppointment", Scope: "scheduling", AppointmentSecret: "s", PathID: "x/y"}},
		{"token where it counts", "POST", "/v4/provisional-booking/" + anID + "/confirm", secrets, Call{Operation: "confirmProvisionalBooking", Scope: "scheduling", ConfirmationToken: "c", PathID: anID}},
		{"secrets where they do not", "POST", "/v4/provisional-booking/" + anID + "/approve", secrets, Call{Operation: "approveProvisionalBooking", Scope: "scheduling", PathID: anID}},
		{"bearer and secret", "GET", "/v4/appointment/" + anID, http.Header{"X-Appointment-Secret": {"s"}}, Call{Operation: "getAppointment", Scope: "scheduling", HasAuthorization: true, Bearer: validToken, AppointmentSecret: "s", PathID: anID}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got = Call{}
			call{method: row.method, path: row.path, header: row.header}.do(h)
			if diff := cmp.Diff(row.want, got, cmpopts.IgnoreFields(Call{}, "RemoteAddr")); diff != "" {
				t.Error(diff)
			}
			if got.RemoteAddr.String() != "192.0.2.1" {
				t.Errorf("address is %s", got.RemoteAddr)
			}
		})
	}
}

type principal struct{}

func TestAuthenticate_ContextReachesTheOperation(t *testing.T) {
	svc := &stub{authenticate: func(ctx context.Context, _ Call) (context.Context, error) {
		return context.WithValue(ctx, principal{}, "ada"), nil
	}}
	svc.run = func(c echoContext, _ any) error {
		if c.Request().Context().Value(principal{}) != "ada" {
			t.Error("the principal is lost")
		}
		return c.NoContent(http.StatusNoContent)
	}
	call{method: "POST", path: "/v4/booking", body: booking}.do(svc.handler(t, Options{}))
}
