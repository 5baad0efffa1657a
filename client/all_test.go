package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

// list is a server with a list of ids.
type list struct {
	ids   []string
	asked []string // the queries
}

func numbered(n int) *list {
	l := &list{}
	for i := range n {
		l.ids = append(l.ids, strconv.Itoa(i))
	}
	return l
}

func (l *list) leave(id string) {
	l.ids = slices.DeleteFunc(l.ids, func(other string) bool { return other == id })
}

func (l *list) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	l.asked = append(l.asked, readable(q))
	size, offset := number(q, "pageSize"), number(q, "pageSize")*number(q, "page")
	name, item := "appointments", `{"id":%q}`
	switch r.URL.Path {
	case "/v4/provisional-booking/paginated":
		name = "provisionalBookings"
	case "/v4/user":
		name, size, offset = "users", number(q, "limit"), number(q, "offset")
	case "/crm":
		name, item, size, offset = "result", `{"item":{"id":%q}}`, number(q, "limit"), number(q, "limit")*(number(q, "page")-1)
	}
	page := l.ids[min(offset, len(l.ids)):min(offset+size, len(l.ids))]
	items := make([]json.RawMessage, len(page))
	for i, id := range page {
		items[i] = json.RawMessage(fmt.Sprintf(item, id))
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{name: items, "total": len(l.ids)})
}

func number(q url.Values, name string) int {
	n, _ := strconv.Atoi(q.Get(name))
	return n
}

// readable is a query in the order of its names.
func readable(q url.Values) string {
	text, _ := url.QueryUnescape(q.Encode())
	return text
}

func (l *list) api(t *testing.T) *client.API {
	t.Helper()
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	return newAPI(t, client.Config{BaseURL: server.URL, APIKey: apiKey})
}

// ids collects what an iteration gives, until its error.
func ids[T any](all iter.Seq2[T, error], id func(T) string) (found []string, err error) {
	for item, err := range all {
		if err != nil {
			return found, err
		}
		found = append(found, id(item))
	}
	return found, nil
}

func appointmentID(a client.Appointment) string { return a.ID }

func TestAPI_All(t *testing.T) {
	for name, test := range map[string]struct {
		all   func(*client.API) ([]string, error)
		first int
		asked []string
	}{
		"appointments": {func(api *client.API) ([]string, error) {
			return ids(api.AllAppointments(t.Context(), client.ListAppointmentsParams{}), appointmentID)
		}, 0, []string{"page=0&pageSize=100&sortBy=appointment.createdAt&sortDirection=ASC", "page=1&pageSize=100&sortBy=appointment.createdAt&sortDirection=ASC", "page=2&pageSize=100&sortBy=appointment.createdAt&sortDirection=ASC"}},
		"appointments from a page on": {func(api *client.API) ([]string, error) {
			return ids(api.AllAppointments(t.Context(), client.ListAppointmentsParams{Page: 3, PageSize: 50, SortBy: new(client.AppointmentSortAppointmentStart)}), appointmentID)
		}, 150, []string{"page=3&pageSize=50&sortBy=appointment.start", "page=4&pageSize=50&sortBy=appointment.start"}},
		"provisional bookings": {func(api *client.API) ([]string, error) {
			return ids(api.AllProvisionalBookings(t.Context(), client.ListProvisionalBookingsParams{Page: new(1)}), func(b client.ProvisionalBooking) string { return b.ID })
		}, 100, []string{"page=1&pageSize=100", "page=2&pageSize=100"}},
		"users": {func(api *client.API) ([]string, error) {
			return ids(api.AllUsers(t.Context(), client.ListUsersParams{Offset: new(120)}), func(u client.User) string { return u.ID })
		}, 120, []string{"limit=100&offset=120", "limit=100&offset=220"}},
		"contacts": {func(api *client.API) ([]string, error) {
			return ids(api.AllContacts(t.Context(), client.ListContactsParams{Page: new(2), Tags: []string{"a", "b"}}), func(c client.ContactResult) string { return c.Item.ID })
		}, 100, []string{"limit=100&page=2&sortBy=createdAt&sortOrder=ASC&tags=a&tags=b", "limit=100&page=3&sortBy=createdAt&sortOrder=ASC&tags=a&tags=b"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := numbered(250)
			got, err := test.all(l.api(t))
			if diff := cmp.Diff(l.ids[test.first:], got) + cmp.Diff(test.asked, l.asked); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestAPI_All_Ends(t *testing.T) {
	for n, want := range map[int]int{0: 1, 1: 1, 10: 1, 11: 2, 20: 2} {
		l := numbered(n)
		got, err := ids(l.api(t).AllAppointments(t.Context(), client.ListAppointmentsParams{PageSize: 10}), appointmentID)
		if err != nil || len(got) != n || len(l.asked) != want {
			t.Errorf("%d of %d in %d pages: %v", len(got), n, len(l.asked), err)
		}
	}
	t.Run("at a break", func(t *testing.T) {
		l := numbered(30)
		for a, err := range l.api(t).AllAppointments(t.Context(), client.ListAppointmentsParams{PageSize: 10}) {
			if err != nil || a.ID == "9" {
				break
			}
		}
		if len(l.asked) != 1 {
			t.Errorf("%d pages were asked for", len(l.asked))
		}
	})
	t.Run("at an error", func(t *testing.T) {
		api := answering(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("page") == "0" {
				says(200, "application/json", `{"appointments":[{"id":"0"}],"total":200}`)(w, r)
			} else {
				says(404, "", "")(w, r)
			}
		})
		steps := 0
		for a, err := range api.AllAppointments(t.Context(), client.ListAppointmentsParams{}) {
			if steps++; (steps == 1) != (err == nil && a.ID == "0") || (steps == 2) != errors.Is(err, client.ErrNotFound) {
				t.Errorf("step %d: %v, %v", steps, a.ID, err)
			}
		}
		if steps != 2 {
			t.Errorf("%d steps", steps)
		}
	})
	t.Run("with the context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		for a, err := range numbered(30).api(t).AllAppointments(ctx, client.ListAppointmentsParams{PageSize: 10}) {
			if a.ID == "3" {
				cancel()
			}
			last = err
		}
		if !errors.Is(last, context.Canceled) {
			t.Errorf("got %v", last)
		}
	})
}

// Ensure a server that does not page cannot keep a loop for ever.
func TestAPI_All_Repeated(t *testing.T) {
	for name, total := range map[string]func(asked int) int{
		"of a constant number":    func(int) int { return 1 << 40 },
		"of a growing number":     func(asked int) int { return 10 * (asked + 10) },
		"of a number up and down": func(asked int) int { return 100 + 50*(asked%2) },
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			api := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if asked++; asked > 100 {
					t.Error("it asks for ever")
					says(404, "", "")(w, r)
					return
				}
				says(200, "application/json", fmt.Sprintf(`{"appointments":[{"id":"0"},{"id":"1"}],"total":%d}`, total(asked)))(w, r)
			})
			got, err := ids(api.AllAppointments(t.Context(), client.ListAppointmentsParams{PageSize: 2}), appointmentID)
			if !slices.Equal(got, []string{"0", "1"}) || err == nil || !strings.Contains(err.Error(), "the same items") {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

// Ensure a list that changes under the iteration gives nothing twice, and hides nothing that stays.
func TestAPI_All_Changes(t *testing.T) {
	t.Run("each leaves when it was seen", func(t *testing.T) {
		l := numbered(95)
		var got []string
		for a, err := range l.api(t).AllAppointments(t.Context(), client.ListAppointmentsParams{PageSize: 10, Status: new(client.AppointmentStatusUpcoming)}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, a.ID)
			l.leave(a.ID)
		}
		if diff := cmp.Diff(numbered(95).ids, got); diff != "" || len(l.ids) > 0 {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("some leave that were seen long ago", func(t *testing.T) {
		l := numbered(95)
		got, err := ids(func(yield func(client.Appointment, error) bool) {
			for a, err := range l.api(t).AllAppointments(t.Context(), client.ListAppointmentsParams{PageSize: 10}) {
				if a.ID == "55" {
					for i := range 25 {
						l.leave(strconv.Itoa(i))
					}
				}
				if !yield(a, err) {
					return
				}
			}
		}, appointmentID)
		if diff := cmp.Diff(numbered(95).ids, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
	t.Run("others come before", func(t *testing.T) {
		l := numbered(25)
		got, err := ids(func(yield func(client.Appointment, error) bool) {
			for a, err := range l.api(t).AllAppointments(t.Context(), client.ListAppointmentsParams{PageSize: 10}) {
				if a.ID == "9" {
					l.ids = append([]string{"new"}, l.ids...)
				}
				if !yield(a, err) {
					return
				}
			}
		}, appointmentID)
		if diff := cmp.Diff(numbered(25).ids, got); diff != "" || err != nil {
			t.Errorf("%v, %s (-want +got):\n%s", err, strings.Join(l.asked, " "), diff)
		}
	})
}
