package client_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
)

// The ids that every call of the table below puts into its path.
const (
	someID   = "2f1d6c9e-52a8-4a37-9d0c-4e6c1b1f7a20"
	delivery = "3f0e9d55-6c0f-4f0e-9c40-0d7e1b8c1a55"
)

// calls has one call for each operation of the document, by operationId. Bodies are the document's own examples.
var calls = map[string]func(t *testing.T, api *client.API, op operation) (any, error){
	"createBooking": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.CreateBooking(t.Context(), body[client.BookingRequest](t, op))
	},
	"getBookingAvailability": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.GetBookingAvailability(t.Context(), client.GetBookingAvailabilityParams{
			MeetingTypeID: uuid.MustParse(someID), Start: "2026-10-20T00:00:00+02:00", End: "2026-10-27", HostIDs: []uuid.UUID{uuid.MustParse(someID), uuid.MustParse(delivery)},
			Timezone: new("Europe/Berlin"), MeetingDuration: new(30), Channel: new(client.ChannelPhone), Troubleshoot: new(true),
		})
	},
	"listAppointments": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ListAppointments(t.Context(), client.ListAppointmentsParams{
			Page: 0, PageSize: 20, Start: new(instant(t, "2026-10-20T10:00:00+02:00")), Search: new("Jane & Joe"), SortDirection: new(client.SortDirectionDESC),
		})
	},
	"listTodayAppointments": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ListTodayAppointments(t.Context())
	},
	"getCurrentAppointment": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.GetCurrentAppointment(t.Context())
	},
	"getAppointment": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.GetAppointment(t.Context(), someID)
	},
	"deleteAppointment": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.DeleteAppointment(t.Context(), someID, client.DeleteAppointmentParams{Reason: new("ill")})
	},
	"cancelAppointment": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.CancelAppointment(t.Context(), someID, body[client.CancelRequest](t, op))
	},
	"rescheduleAppointment": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.RescheduleAppointment(t.Context(), someID, body[client.RescheduleRequest](t, op))
	},
	"updateAppointmentGuest": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.UpdateAppointmentGuest(t.Context(), someID, body[client.GuestInput](t, op))
	},
	"updateAppointmentNotes": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.UpdateAppointmentNotes(t.Context(), someID, body[client.NoteInput](t, op))
	},
	"updateAppointmentTranscription": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.UpdateAppointmentTranscription(t.Context(), someID, body[client.TranscriptionInput](t, op))
	},
	"getAppointmentICS": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.GetAppointmentICS(t.Context(), someID)
	},
	"listProvisionalBookings": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ListProvisionalBookings(t.Context(), client.ListProvisionalBookingsParams{Status: new(client.ProvisionalBookingStatusPending)})
	},
	"declineProvisionalBooking": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.DeclineProvisionalBooking(t.Context(), someID, body[client.DeclineRequest](t, op))
	},
	"approveProvisionalBooking": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ApproveProvisionalBooking(t.Context(), someID)
	},
	"confirmProvisionalBooking": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ConfirmProvisionalBooking(t.Context(), someID)
	},
	"createUser": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.CreateUser(t.Context(), body[client.UserCreate](t, op))
	},
	"listUsers": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ListUsers(t.Context(), client.ListUsersParams{UserType: new("admin")})
	},
	"getCurrentUser": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.GetCurrentUser(t.Context())
	},
	"updateUser": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.UpdateUser(t.Context(), someID, body[client.UserUpdate](t, op))
	},
	"deleteUser": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return nil, api.DeleteUser(t.Context(), someID, client.DeleteUserParams{ReassignTo: new(uuid.MustParse(delivery))})
	},
	"createMeetingType": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.CreateMeetingType(t.Context(), body[client.MeetingTypeCreate](t, op))
	},
	"listMeetingTypes": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ListMeetingTypes(t.Context())
	},
	"getMeetingType": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.GetMeetingType(t.Context(), someID)
	},
	"updateMeetingType": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.UpdateMeetingType(t.Context(), someID, body[client.MeetingTypeUpdate](t, op))
	},
	"deleteMeetingType": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return nil, api.DeleteMeetingType(t.Context(), someID)
	},
	"createSchedule": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.CreateSchedule(t.Context(), body[client.ScheduleCreate](t, op))
	},
	"getSchedule": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.GetSchedule(t.Context(), someID)
	},
	"updateSchedule": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.UpdateSchedule(t.Context(), someID, body[client.ScheduleUpdate](t, op))
	},
	"getQueue": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.GetQueue(t.Context(), someID)
	},
	"getNextQueueHosts": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.GetNextQueueHosts(t.Context(), someID)
	},
	"listWorkspaceQueues": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ListWorkspaceQueues(t.Context(), someID)
	},
	"updateMeetingTypeQueue": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.UpdateMeetingTypeQueue(t.Context(), someID, body[client.QueueUpdate](t, op))
	},
	"createQueueUserGroup": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.CreateQueueUserGroup(t.Context(), body[client.QueueUserGroupCreate](t, op))
	},
	"listCalendarConnections": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ListCalendarConnections(t.Context())
	},
	"createCalendarConnection": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.CreateCalendarConnection(t.Context(), body[client.CalendarConnectionCreate](t, op))
	},
	"updateCalendarConnection": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.UpdateCalendarConnection(t.Context(), someID, body[client.CalendarConnectionUpdate](t, op))
	},
	"deleteCalendarConnection": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return nil, api.DeleteCalendarConnection(t.Context(), someID)
	},
	"syncCalendarConnection": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.SyncCalendarConnection(t.Context(), someID)
	},
	"createOneTimeLink": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.CreateOneTimeLink(t.Context(), someID, body[client.OneTimeLinkCreate](t, op))
	},
	"sendQuickMail": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.SendQuickMail(t.Context(), body[client.QuickMail](t, op))
	},
	"listWebhooks": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ListWebhooks(t.Context())
	},
	"createWebhook": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.CreateWebhook(t.Context(), body[client.WebhookCreate](t, op))
	},
	"updateWebhook": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.UpdateWebhook(t.Context(), someID, body[client.WebhookUpdate](t, op))
	},
	"deleteWebhook": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return nil, api.DeleteWebhook(t.Context(), someID)
	},
	"listWebhookDeliveries": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ListWebhookDeliveries(t.Context(), someID, client.ListWebhookDeliveriesParams{Status: new(client.WebhookDeliveryStatusDead)})
	},
	"redeliverWebhookDelivery": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.RedeliverWebhookDelivery(t.Context(), someID, delivery)
	},
	"testWebhook": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.TestWebhook(t.Context(), someID)
	},
	"listContacts": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.ListContacts(t.Context(), client.ListContactsParams{Tags: []string{"Lead", "One, two"}, Page: new(1)})
	},
	"createContact": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.CreateContact(t.Context(), body[client.ContactCreate](t, op))
	},
	"getContactDetails": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return api.GetContactDetails(t.Context(), client.GetContactDetailsParams{AttendeeID: new(uuid.MustParse(someID))})
	},
	"updateContact": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.UpdateContact(t.Context(), someID, body[client.ContactUpdate](t, op))
	},
	"deleteContact": func(t *testing.T, api *client.API, _ operation) (any, error) {
		return nil, api.DeleteContact(t.Context(), someID)
	},
	"importContacts": func(t *testing.T, api *client.API, op operation) (any, error) {
		return api.ImportContacts(t.Context(), body[client.ContactImport](t, op))
	},
}

// operation is one operation of the document, with where it was found.
type operation struct {
	*openapi3.Operation
	doc          *openapi3.T
	method, path string
}

func operations(t *testing.T) []operation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var found []operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			found = append(found, operation{op, doc, method, path})
		}
	}
	if len(found) == 0 {
		t.Fatal("the document has no operations")
	}
	return found
}

// example is the first example of some content.
func example(t *testing.T, content openapi3.Content) (mediaType string, value any) {
	t.Helper()
	for mediaType, media := range content {
		if media.Example != nil {
			return mediaType, media.Example
		}
		for _, name := range slices.Sorted(maps.Keys(media.Examples)) {
			return mediaType, media.Examples[name].Value.Value
		}
		if media.Schema.Value.Example != nil {
			return mediaType, media.Schema.Value.Example
		}
	}
	t.Fatal("the document has no example")
	return "", nil
}

// body is the example of an operation's body.
func body[T any](t *testing.T, op operation) T {
	t.Helper()
	_, value := example(t, op.RequestBody.Value.Content)
	var v T
	if err := json.Unmarshal(marshal(t, value), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// success is the documented answer of an operation, the one with a body when there are two.
func (op operation) success(t *testing.T) (status int, content openapi3.Content) {
	t.Helper()
	for _, status := range []int{http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent} {
		if response := op.Responses.Status(status); response != nil {
			return status, response.Value.Content
		}
	}
	t.Fatalf("%s has no success", op.OperationID)
	return 0, nil
}

func TestAPI_HasEveryOperation(t *testing.T) {
	api := reflect.TypeFor[*client.API]()
	for _, op := range operations(t) {
		name := strings.ToUpper(op.OperationID[:1]) + op.OperationID[1:]
		if _, ok := api.MethodByName(name); !ok {
			t.Errorf("API has no method %s for %s %s", name, op.method, op.path)
		}
		if calls[op.OperationID] == nil {
			t.Errorf("the table of calls has none for %s", op.OperationID)
		}
	}
}

// Ensure each method sends a request that the document describes, under the prefix of the base URL, and reads the documented answer.
func TestAPI_Operations(t *testing.T) {
	for _, op := range operations(t) {
		t.Run(op.OperationID, func(t *testing.T) {
			if calls[op.OperationID] == nil {
				t.Fatal("no call")
			}
			t.Parallel()
			var wantBody any
			if op.RequestBody != nil {
				_, wantBody = example(t, op.RequestBody.Value.Content)
			}
			status, content := op.success(t)
			answer := says(status, "", "")
			if len(content) > 0 {
				mediaType, value := example(t, content)
				text, isText := value.(string)
				if !isText {
					text = string(marshal(t, value))
				}
				answer = says(status, mediaType+"; charset=utf-8", text)
			}
			var requests atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				op.check(t, r, wantBody)
				answer(w, r)
			}))
			defer server.Close()
			api := newAPI(t, client.Config{BaseURL: server.URL + "/prefix/", APIKey: apiKey, ActingUser: someID})

			got, err := calls[op.OperationID](t, api, op)
			if err != nil {
				t.Fatal(err)
			}
			if len(content) > 0 && reflect.ValueOf(got).IsZero() {
				t.Errorf("got %#v without an error", got)
			}
			if n := requests.Load(); n != 1 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// check compares a request with the document. It runs in the server's goroutine, which must not end the test.
func (op operation) check(t *testing.T, r *http.Request, wantBody any) {
	path := strings.NewReplacer("{deliveryId}", delivery, "{id}", someID, "{meetingTypeId}", someID, "{workspaceId}", someID).Replace(op.path)
	if r.Method != op.method || r.URL.Path != "/prefix"+path {
		t.Errorf("got %s %s, want %s /prefix%s", r.Method, r.URL.Path, op.method, path)
	}
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	if wantBody != nil {
		var got any
		if err := json.Unmarshal(sent, &got); err != nil {
			t.Errorf("the body is no JSON: %s", sent)
		}
		if diff := cmp.Diff(wantBody, got); diff != "" {
			t.Errorf("the body differs from the example (-want +got):\n%s", diff)
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	pathParams := map[string]string{}
	for _, ref := range op.Parameters {
		if p := ref.Value; p.In == openapi3.ParameterInPath {
			pathParams[p.Name] = someID
		}
	}
	input := &openapi3filter.RequestValidationInput{
		Request:    r,
		PathParams: pathParams,
		Route:      &routers.Route{Spec: op.doc, Path: op.path, PathItem: op.doc.Paths.Find(op.path), Method: op.method, Operation: op.Operation},
		Options: &openapi3filter.Options{
			MultiError:         true,
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		},
	}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		t.Errorf("the request breaks the document: %v", err)
	}
	if got := r.Header.Get("Authorization"); got != "Bearer "+apiKey {
		t.Errorf("got Authorization %q", got)
	}
	if got := r.Header.Get("X-Meetergo-Api-User-Id"); got != someID {
		t.Errorf("got acting user %q", got)
	}
	if got := r.Header.Get("User-Agent"); got != "meetwright-go" {
		t.Errorf("got User-Agent %q", got)
	}
}
