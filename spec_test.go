package meetwright_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meetwright/meetwright"
)

// operations is everything the API does. An operation that vanishes from the document, or appears in it, has to be looked at here.
var operations = []string{
	"DELETE /crm/{id}",
	"DELETE /v4/appointment/{id}",
	"DELETE /v4/calendar-connections/connections/{id}",
	"DELETE /v4/meeting-type/{id}",
	"DELETE /v4/user/{id}",
	"DELETE /webhooks/{id}",
	"GET /crm",
	"GET /crm/details",
	"GET /v4/appointment/current",
	"GET /v4/appointment/paginated",
	"GET /v4/appointment/today",
	"GET /v4/appointment/{id}",
	"GET /v4/appointment/{id}/ics",
	"GET /v4/availability/{id}",
	"GET /v4/booking-availability",
	"GET /v4/calendar-connections/connections",
	"GET /v4/meeting-type",
	"GET /v4/meeting-type/{id}",
	"GET /v4/provisional-booking/paginated",
	"GET /v4/queue/workspace/{workspaceId}",
	"GET /v4/queue/{id}",
	"GET /v4/queue/{id}/next",
	"GET /v4/user",
	"GET /v4/user/me",
	"GET /webhooks",
	"GET /webhooks/{id}/deliveries",
	"PATCH /crm/{id}",
	"PATCH /v4/appointment/{id}/guest",
	"PATCH /v4/appointment/{id}/notes",
	"PATCH /v4/appointment/{id}/transcription",
	"PATCH /v4/availability/{id}",
	"PATCH /v4/calendar-connections/connections/{id}",
	"PATCH /v4/meeting-type/{id}",
	"PATCH /v4/queue/meeting-type/{meetingTypeId}",
	"PATCH /v4/user/{id}",
	"PATCH /webhooks/{id}",
	"POST /availability",
	"POST /crm",
	"POST /crm/bulk",
	"POST /v4/appointment/{id}/cancel",
	"POST /v4/appointment/{id}/reschedule",
	"POST /v4/attendee/quick-mail",
	"POST /v4/booking",
	"POST /v4/calendar-connections/connections",
	"POST /v4/calendar-connections/connections/{id}/sync",
	"POST /v4/meeting-type",
	"POST /v4/one-time-booking-link/create/{meetingTypeId}",
	"POST /v4/provisional-booking/{id}/approve",
	"POST /v4/provisional-booking/{id}/confirm",
	"POST /v4/provisional-booking/{id}/decline",
	"POST /v4/queue-user-group",
	"POST /v4/user",
	"POST /webhooks",
	"POST /webhooks/{id}/deliveries/{deliveryId}/redeliver",
	"POST /webhooks/{id}/test",
}

// operation is one operation of the document, with where it was found.
type operation struct {
	*openapi3.Operation
	method, path string
}

// load parses the document. The formats it registers make Validate look at the examples more closely.
func load(t *testing.T) *openapi3.T {
	t.Helper()
	openapi3.DefineStringFormatValidator("uuid", openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForUUIDOfRFC4122))
	openapi3.DefineStringFormatValidator("email", openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForEmail))
	doc, err := openapi3.NewLoader().LoadFromData(meetwright.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// each runs a check as a subtest for every operation, callbacks excepted.
func each(t *testing.T, check func(t *testing.T, op operation)) {
	t.Helper()
	doc := load(t)
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			t.Run(op.OperationID, func(t *testing.T) { check(t, operation{op, method, path}) })
		}
	}
}

// hasID reports whether the path names a thing.
func (op operation) hasID() bool { return strings.Contains(op.path, "{") }

// parameter finds a parameter that refers to a component.
func (op operation) parameter(component string) bool {
	return slices.ContainsFunc(op.Parameters, func(p *openapi3.ParameterRef) bool {
		return p.Ref == "#/components/parameters/"+component
	})
}

// visit calls a function for a schema and everything below it, each named schema once. The function learns whether a schema is named.
func visit(ref *openapi3.SchemaRef, where string, seen map[string]bool, do func(ref *openapi3.SchemaRef, where string)) {
	if ref == nil {
		return
	}
	if ref.Ref != "" {
		if seen[ref.Ref] {
			return
		}
		seen[ref.Ref] = true
		where = strings.TrimPrefix(ref.Ref, "#/components/schemas/")
	}
	do(ref, where)
	schema := ref.Value
	for name, property := range schema.Properties {
		visit(property, where+"."+name, seen, do)
	}
	visit(schema.Items, where+"[]", seen, do)
	visit(schema.AdditionalProperties.Schema, where+".*", seen, do)
	visit(schema.Not, where+".not", seen, do)
	for _, refs := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf, schema.AllOf} {
		for i, one := range refs {
			visit(one, fmt.Sprintf("%s/%d", where, i), seen, do)
		}
	}
}

func TestSpec_Valid(t *testing.T) {
	doc := load(t)
	if doc.OpenAPI != "3.0.4" {
		t.Errorf("openapi is %s: kin-openapi compiles the schemas of a 3.1 document anew on every request", doc.OpenAPI)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableSchemaPatternValidation(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
	if len(doc.Servers) != 1 || doc.Servers[0].URL != "/" {
		t.Errorf("servers are %v, want this server only", doc.Servers)
	}
}

func TestSpec_Operations(t *testing.T) {
	var got []string
	ids := map[string]bool{}
	for path, item := range load(t).Paths.Map() {
		for method, op := range item.Operations() {
			got = append(got, method+" "+path)
			if ids[op.OperationID] {
				t.Errorf("operationId %s is there twice", op.OperationID)
			}
			ids[op.OperationID] = true
		}
	}
	slices.Sort(got)
	for _, name := range got {
		if !slices.Contains(operations, name) {
			t.Errorf("%s is not in the list", name)
		}
	}
	for _, name := range operations {
		if !slices.Contains(got, name) {
			t.Errorf("%s is not in the document", name)
		}
	}
}

func TestSpec_OperationIsDescribed(t *testing.T) {
	tags := map[string]bool{}
	for _, tag := range load(t).Tags {
		tags[tag.Name] = tag.Description != ""
	}
	lowerCamel := regexp.MustCompile(`^[a-z]+([A-Z][a-z]*)*$`)
	used := map[string]bool{}
	each(t, func(t *testing.T, op operation) {
		if !lowerCamel.MatchString(op.OperationID) {
			t.Errorf("operationId %q is not in lower camel case", op.OperationID)
		}
		if len(op.Tags) != 1 || !tags[op.Tags[0]] {
			t.Errorf("tags are %v, want one that is declared with a description", op.Tags)
		}
		used[op.Tags[0]] = true
		if op.Summary == "" || strings.HasSuffix(op.Summary, ".") {
			t.Errorf("summary is %q, want some words without a full stop", op.Summary)
		}
		if !strings.HasSuffix(op.Description, ".") {
			t.Errorf("description is %q, want sentences", op.Description)
		}
	})
	for tag := range tags {
		if !used[tag] {
			t.Errorf("no operation has tag %s", tag)
		}
	}
}

func TestSpec_OperationAuthorization(t *testing.T) {
	// What else than a bearer opens an operation.
	alternatives := map[string]string{
		"cancelAppointment":         "appointmentSecret",
		"confirmProvisionalBooking": "confirmationToken",
		"deleteAppointment":         "appointmentSecret",
		"getAppointment":            "appointmentSecret",
		"getAppointmentICS":         "appointmentSecret",
		"rescheduleAppointment":     "appointmentSecret",
	}
	optional := []string{"createBooking", "createUser", "getBookingAvailability", "getCurrentUser"}
	each(t, func(t *testing.T, op operation) {
		scope := "scheduling"
		switch {
		case strings.HasPrefix(op.path, "/crm"):
			scope = "contacts"
		case strings.HasPrefix(op.path, "/webhooks"):
			scope = "account"
		}
		if got := op.Extensions["x-scope"]; got != scope {
			t.Errorf("x-scope is %v, want %s", got, scope)
		}
		var want any
		if slices.Contains(optional, op.OperationID) {
			want = "optional"
		}
		if got := op.Extensions["x-acting-user"]; got != want {
			t.Errorf("x-acting-user is %v, want %v", got, want)
		}
		var schemes []string
		if op.Security != nil {
			for _, requirement := range *op.Security {
				schemes = slices.AppendSeq(schemes, maps.Keys(requirement))
			}
		}
		var wantSchemes []string
		if other := alternatives[op.OperationID]; other != "" {
			wantSchemes = []string{"bearer", other}
		}
		if !slices.Equal(schemes, wantSchemes) {
			t.Errorf("security is %v, want %v", schemes, wantSchemes)
		}
		if !op.parameter("ActingUser") {
			t.Error("x-meetergo-api-user-id is not declared")
		}
		if op.parameter("IdempotencyKey") != (op.method == "POST") {
			t.Error("Idempotency-Key belongs to every POST, and to nothing else")
		}
	})
}

func TestSpec_OperationStatuses(t *testing.T) {
	each(t, func(t *testing.T, op operation) {
		want := []string{"400", "401", "403", "429", "500", "503"}
		if op.hasID() {
			want = append(want, "404")
		}
		if op.RequestBody != nil {
			want = append(want, "413", "415")
		}
		if op.method == "POST" {
			want = append(want, "409", "422")
		}
		if op.OperationID == "createWebhook" {
			want = append(want, "406")
		}
		for _, status := range want {
			if op.Responses.Value(status) == nil {
				t.Errorf("%s is not declared", status)
			}
		}
		succeeds := false
		for status, response := range op.Responses.Map() {
			succeeds = succeeds || status[0] == '2'
			if status[0] == '2' {
				continue
			}
			if !strings.HasPrefix(response.Ref, "#/components/responses/") {
				t.Errorf("%s is not one of the shared responses", status)
			}
			if ref := response.Value.Content.Get("application/json").Schema.Ref; ref != "#/components/schemas/Error" {
				t.Errorf("%s answers %s, want the error shape", status, ref)
			}
		}
		if !succeeds {
			t.Error("nothing tells what success looks like")
		}
	})
}

func TestSpec_Bodies(t *testing.T) {
	optional := []string{"cancelAppointment", "createOneTimeLink", "declineProvisionalBooking"}
	check := func(t *testing.T, where string, content openapi3.Content) {
		for name, media := range content {
			if media.Schema == nil || !strings.HasPrefix(media.Schema.Ref, "#/components/schemas/") {
				t.Errorf("%s %s is not a named schema", where, name)
				continue
			}
			if media.Example == nil && len(media.Examples) == 0 && media.Schema.Value.Example == nil {
				t.Errorf("%s %s has no example", where, name)
			}
		}
	}
	each(t, func(t *testing.T, op operation) {
		if op.RequestBody != nil {
			check(t, "request", op.RequestBody.Value.Content)
			if required := !slices.Contains(optional, op.OperationID); op.RequestBody.Value.Required != required {
				t.Errorf("request body: required is %v, want %v", op.RequestBody.Value.Required, required)
			}
		}
		for status, response := range op.Responses.Map() {
			check(t, status, response.Value.Content)
		}
		for _, callback := range op.Callbacks {
			for _, item := range callback.Value.Map() {
				for _, received := range item.Operations() {
					check(t, "callback", received.RequestBody.Value.Content)
				}
			}
		}
	})
}

func TestSpec_SchemasAreNamed(t *testing.T) {
	schemas := load(t).Components.Schemas
	named := map[string]bool{}
	for name := range schemas {
		named["#/components/schemas/"+name] = true
	}
	for name, ref := range schemas {
		if strings.HasSuffix(name, "Response") {
			t.Errorf("%s clashes with the generated responses", name)
		}
		if ref.Value.Description == "" {
			t.Errorf("%s has no description", name)
		}
		top := ref.Value
		visit(ref, name, named, func(ref *openapi3.SchemaRef, where string) {
			schema := ref.Value
			if schema == top {
				return
			}
			if schema.Type.Is("object") || len(schema.Properties) > 0 {
				t.Errorf("%s is an object without a name", where)
			}
			if len(schema.Enum) > 0 || len(schema.OneOf) > 0 || len(schema.AnyOf) > 0 || len(schema.AllOf) > 0 {
				t.Errorf("%s is an enum or a union without a name", where)
			}
			if strings.Contains(where, ".") && !strings.HasSuffix(where, "[]") && !strings.HasSuffix(where, ".*") && !strings.HasSuffix(schema.Description, ".") {
				t.Errorf("%s has the description %q, want sentences", where, schema.Description)
			}
			if schema.Type.Is("number") && schema.Format == "" {
				t.Errorf("%s is a bare number", where)
			}
		})
	}
}

func TestSpec_RequestsAreBounded(t *testing.T) {
	seen := map[string]bool{}
	bounded := func(t *testing.T) func(ref *openapi3.SchemaRef, where string) {
		return func(ref *openapi3.SchemaRef, where string) {
			schema := ref.Value
			switch {
			case schema.Type.Is("string"):
				if schema.MaxLength == nil && len(schema.Enum) == 0 && schema.Pattern == "" && schema.Format == "" {
					t.Errorf("%s may be endless", where)
				}
			case schema.Type.Is("array"):
				if schema.MaxItems == nil {
					t.Errorf("%s may have endless items", where)
				}
			case schema.Type.Is("integer"), schema.Type.Is("number"):
				if schema.Min == nil || schema.Max == nil {
					t.Errorf("%s has no minimum or no maximum", where)
				}
			case schema.Type.Is("object"):
				more := schema.AdditionalProperties
				if (more.Schema != nil || more.Has != nil && *more.Has) && schema.MaxProps == nil {
					t.Errorf("%s may have endless properties", where)
				}
			}
		}
	}
	each(t, func(t *testing.T, op operation) {
		for _, parameter := range op.Parameters {
			if parameter.Value.Description == "" {
				t.Errorf("parameter %s has no description", parameter.Value.Name)
			}
			visit(parameter.Value.Schema, parameter.Value.Name, seen, bounded(t))
		}
		if op.RequestBody != nil {
			for _, media := range op.RequestBody.Value.Content {
				visit(media.Schema, "body", seen, bounded(t))
			}
		}
	})
}

// TestSpec_PublishedSamples keeps the samples of the vendor's page as they are published.
func TestSpec_PublishedSamples(t *testing.T) {
	doc := load(t)
	book := doc.Paths.Value("/v4/booking").Post
	request := book.RequestBody.Value.Content.Get("application/json").Examples
	created := book.Responses.Value("201").Value.Content.Get("application/json").Examples
	refused := book.Responses.Value("400").Value.Content.Get("application/json").Examples
	event := doc.Paths.Value("/webhooks").Post.Callbacks["bookingEvent"].Value.Value("{$request.body#/endpoint}").Post.
		RequestBody.Value.Content.Get("application/json").Examples
	tests := []struct {
		name     string
		examples openapi3.Examples
		want     string
	}{
		{"basic", request, `{
			"meetingTypeId": "770e8400-e29b-41d4-a716-446655440002",
			"start": "2024-01-15T09:00:00+01:00",
			"hostIds": ["550e8400-e29b-41d4-a716-446655440000"],
			"attendee": {"email": "client@example.com", "firstname": "Jane", "lastname": "Smith", "receiveReminders": true, "notes": {}}
		}`},
		{"form-fields", request, `{
			"meetingTypeId": "770e8400-e29b-41d4-a716-446655440002",
			"start": "2024-01-15T09:00:00+01:00",
			"hostIds": ["550e8400-e29b-41d4-a716-446655440000"],
			"channel": "zoom",
			"attendee": {
				"email": "client@example.com", "firstname": "Jane", "lastname": "Smith", "phone": "+1-555-123-4567", "receiveReminders": true,
				"notes": {"company": "Acme Inc", "referral_source": "Website", "company_size": "50-200"}
			}
		}`},
		{"custom-invite", request, `{
			"meetingTypeId": "770e8400-e29b-41d4-a716-446655440002",
			"start": "2024-01-15T09:00:00+01:00",
			"hostIds": ["550e8400-e29b-41d4-a716-446655440000"],
			"icsTitle": "Product Demo — Jane Smith",
			"icsDescription": "Chat summary: Customer asked about enterprise pricing and SSO. Wants to discuss data residency requirements for EU deployment.",
			"attendee": {"email": "client@example.com", "firstname": "Jane", "lastname": "Smith", "receiveReminders": true, "notes": {}}
		}`},
		{"utm-tracking", request, `{
			"meetingTypeId": "770e8400-e29b-41d4-a716-446655440002",
			"start": "2024-01-15T09:00:00+01:00",
			"hostIds": ["550e8400-e29b-41d4-a716-446655440000"],
			"attendee": {
				"email": "client@example.com", "firstname": "Jane", "lastname": "Smith", "receiveReminders": true,
				"notes": {"utm_source": "qualimero", "utm_medium": "chatbot", "utm_content": "enterprise_q1"}
			}
		}`},
		{"standard", created, `{"appointmentId": "appt-uuid-456", "secret": "secret-token-789"}`},
		{"double-opt-in", created, `{"bookingType": "DoubleOptIn", "provisionalBookingId": "provisional-uuid-123"}`},
		{"slot-occupied", refused, `{"statusCode": 400, "message": "The selected time slot is no longer available", "error": "Bad Request"}`},
		{"missing-host", refused, `{"statusCode": 400, "message": "hostIds or queueId is required", "error": "Bad Request"}`},
		{"duration-not-allowed", refused, `{"statusCode": 400, "message": "Duration must match one of the allowed durations for this meeting type", "error": "Bad Request"}`},
		{"booking-created", event, `{
			"webhookType": "booking_created",
			"id": "appt-uuid-456",
			"start": "2024-01-15T09:00:00+01:00",
			"end": "2024-01-15T09:30:00+01:00",
			"attendees": [{"email": "client@example.com", "firstname": "Jane", "lastname": "Smith"}],
			"hostIds": ["550e8400-e29b-41d4-a716-446655440000"],
			"meetingTypeId": "770e8400-e29b-41d4-a716-446655440002"
		}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			example := test.examples[test.name]
			if example == nil {
				t.Fatal("there is no such example")
			}
			var want any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(example.Value.Value, want) {
				t.Errorf("got  %v\nwant %v", example.Value.Value, want)
			}
		})
	}
}
