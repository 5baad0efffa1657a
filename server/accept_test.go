package server

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

func accept[T any](t *testing.T, svc *stub, h http.Handler, c call) T {
	t.Helper()
	if w := c.do(h); w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return svc.request.(T)
}

func TestBody_Bound(t *testing.T) {
	svc := &stub{}
	h := svc.handler(t, Options{})
	book := func(t *testing.T, body string) *BookingRequest {
		t.Helper()
		return accept[CreateBookingRequestObject](t, svc, h, call{method: "POST", path: "/v4/booking", body: body}).Body
	}

	t.Run("as sent", func(t *testing.T) {
		got := book(t, booking)
		if got.MeetingTypeID.String() != anID || *got.Duration != 30 || got.Attendee.Notes["company"] != "Acme Inc" || got.Start.IsZero() {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("unknown properties dropped", func(t *testing.T) {
		book(t, edited(t, "context", `{"a":[{"b":null}]}`))
		book(t, edited(t, "attendee.source", `"web"`))
	})
	t.Run("null is absent", func(t *testing.T) {
		got := book(t, edited(t, "duration", `null`))
		if got.Duration != nil {
			t.Errorf("duration is %d", *got.Duration)
		}
		if got := book(t, edited(t, "hostIds", `null`)); got.HostIDs != nil {
			t.Errorf("hostIds is %v", got.HostIDs)
		}
	})
	t.Run("free form kept", func(t *testing.T) {
		got := book(t, edited(t, "attendee.notes", `{"a":null,"b":[1,{"c":"d"}],"Email":"x"}`))
		want := map[string]any{"a": nil, "b": []any{json.Number("1"), map[string]any{"c": "d"}}, "Email": "x"}
		if diff := cmp.Diff(want, map[string]any(got.Attendee.Notes)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("numbers keep their digits", func(t *testing.T) {
		const notes = `{"a":9007199254740993,"b":[-0,1E2,0.12345678901234567890,{"c":123456789012345678901234567890}]}`
		for _, text := range []string{edited(t, "attendee.notes", notes), edited(t, "duration", `null`)} {
			text = strings.Replace(text, `{"company":"Acme Inc","utm_source":"qualimero"}`, notes, 1)
			if kept, err := json.Marshal(book(t, text).Attendee.Notes); err != nil || string(kept) != notes {
				t.Errorf("got %s, %v", kept, err)
			}
		}
	})
	t.Run("ids in capitals", func(t *testing.T) {
		if got := book(t, edited(t, "meetingTypeId", `"`+strings.ToUpper(anID)+`"`)); got.MeetingTypeID.String() != anID {
			t.Errorf("got %s", got.MeetingTypeID)
		}
	})
	t.Run("escaped names", func(t *testing.T) {
		if got := book(t, strings.Replace(booking, `"duration"`, `"d\u0075ration"`, 1)); got.Duration == nil || *got.Duration != 30 {
			t.Errorf("got %v", got.Duration)
		}
	})
}

func TestBody_NullsAndTypedMaps(t *testing.T) {
	svc := &stub{}
	h := svc.handler(t, Options{})
	patch := func(path, body string) any {
		t.Helper()
		return accept[any](t, svc, h, call{method: "PATCH", path: path + anID, body: body})
	}
	got := patch("/v4/meeting-type/", `{"metadata":{"a":null,"b":"x"},"availabilityId":null,"slug":null}`).(UpdateMeetingTypeRequestObject).Body
	if diff := cmp.Diff(map[string]string{"b": "x"}, map[string]string(*got.Metadata)); diff != "" {
		t.Error(diff)
	}
	if !got.AvailabilityID.IsNull() || got.Slug != nil {
		t.Errorf("availabilityId is %v, slug %v", got.AvailabilityID, got.Slug)
	}
	notes := accept[UpdateAppointmentTranscriptionRequestObject](t, svc, h,
		call{method: "PATCH", path: "/v4/appointment/" + anID + "/transcription", body: `{"transcription":null}`}).Body
	if !notes.Transcription.IsNull() || notes.Summary.IsSet() {
		t.Errorf("got %+v", notes)
	}
}

func TestBody_Optional(t *testing.T) {
	svc := &stub{}
	h := svc.handler(t, Options{})
	const path = "/v4/one-time-booking-link/create/" + anID
	absent := map[string]call{
		"no body, no type":  {header: http.Header{"Content-Type": nil}},
		"no body, a type":   {header: http.Header{"Content-Type": {"application/json"}}},
		"no body, any type": {header: http.Header{"Content-Type": {"text/plain"}}},
		"empty and chunked": {reader: io.MultiReader(), header: http.Header{"Content-Type": nil}},
	}
	for name, c := range absent {
		t.Run(name, func(t *testing.T) {
			c.method, c.path = "POST", path
			if got := accept[CreateOneTimeLinkRequestObject](t, svc, h, c); got.Body != nil {
				t.Errorf("body is %+v", got.Body)
			}
		})
	}
	if got := accept[CreateOneTimeLinkRequestObject](t, svc, h, call{method: "POST", path: path, body: `{"name":"x"}`}); *got.Body.Name != "x" {
		t.Errorf("body is %+v", got.Body)
	}
	got := errorOf(t, call{method: "POST", path: path, body: `{"name":7}`}.do(h))
	if got.status != http.StatusBadRequest || got.messages[0] != "name must be a string" {
		t.Errorf("got %+v", got)
	}
	got = errorOf(t, call{method: "POST", path: "/v4/booking"}.do(h))
	if got.status != http.StatusBadRequest || got.list || got.messages[0] != "The body is missing" {
		t.Errorf("got %+v", got)
	}
}

func TestBody_Headers(t *testing.T) {
	svc := &stub{}
	h := svc.handler(t, Options{})
	chunked := func(s string) io.Reader { return io.MultiReader(strings.NewReader(s)) }
	for _, kind := range []string{"application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;charset=UTF-8", "application/json;"} {
		for _, c := range []call{{body: booking}, {reader: chunked(booking)}} {
			c.method, c.path, c.header = "POST", "/v4/booking", http.Header{"Content-Type": {kind}, "Content-Encoding": {"identity"}}
			if w := c.do(h); w.Code != http.StatusOK {
				t.Errorf("%s: status %d: %s", kind, w.Code, w.Body)
			}
		}
	}
	refused := []http.Header{
		{"Content-Type": nil}, {"Content-Type": {""}}, {"Content-Type": {"text/plain"}}, {"Content-Type": {"application/xml"}},
		{"Content-Type": {"application/jsonp"}}, {"Content-Type": {"application/x-www-form-urlencoded"}}, {"Content-Type": {"/"}},
		{"Content-Type": {"text/json"}}, {"Content-Type": {"application/merge-patch+json"}}, {"Content-Type": {"application/json, text/plain"}},
		{"Content-Type": {"application/json", "text/plain"}}, {"Content-Type": {"text/plain", "application/json"}},
		{"Content-Encoding": {"gzip"}}, {"Content-Encoding": {"identity", "gzip"}}, {"Content-Encoding": {"", "gzip"}},
	}
	for _, header := range refused {
		for _, c := range []call{{body: booking}, {reader: chunked(booking)}} {
			c.method, c.path, c.header = "POST", "/v4/booking", header
			if got := errorOf(t, c.do(h)); got.status != http.StatusUnsupportedMediaType || got.list {
				t.Errorf("%v: got %+v", header, got)
			}
		}
	}
	if w := (call{path: "/v4/appointment/today", header: http.Header{"Content-Type": {"application/json"}}}).do(h); w.Code != http.StatusOK {
		t.Errorf("a GET with a Content-Type: status %d", w.Code)
	}
}

func TestBody_Size(t *testing.T) {
	h := (&stub{}).handler(t, Options{})
	const limit = 1 << 20
	sized := func(n int) string { return booking + strings.Repeat(" ", n-len(booking)) }
	for n, want := range map[int]int{limit: http.StatusOK, limit + 1: http.StatusRequestEntityTooLarge, 3 * limit: http.StatusRequestEntityTooLarge} {
		for name, c := range map[string]call{"declared": {body: sized(n)}, "chunked": {reader: io.MultiReader(strings.NewReader(sized(n)))}} {
			c.method, c.path = "POST", "/v4/booking"
			w := c.do(h)
			if w.Code != want {
				t.Errorf("%s, %d bytes: status %d", name, n, w.Code)
			}
			if w.Code != http.StatusOK {
				errorOf(t, w)
			}
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestBody_Unreadable(t *testing.T) {
	h := (&stub{}).handler(t, Options{})
	got := errorOf(t, call{method: "POST", path: "/v4/booking", reader: io.MultiReader(strings.NewReader("{"), failing{io.ErrUnexpectedEOF})}.do(h))
	if got.status != http.StatusBadRequest || got.messages[0] != "The body could not be read to its end" {
		t.Errorf("got %+v", got)
	}
	got = errorOf(t, call{method: "POST", path: "/v4/booking", reader: failing{&http.MaxBytesError{Limit: 10}}}.do(h))
	if got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("got %+v", got)
	}
}

func TestQuery_Bound(t *testing.T) {
	svc := &stub{}
	h := svc.handler(t, Options{})
	const slots = "/v4/booking-availability?start=2026-01-01T00:00:00%2B01:00&end=2026-01-02&meetingTypeId=" + anID
	both := []uuid.UUID{uuid.MustParse(anID), uuid.MustParse(otherID)}
	for name, query := range map[string]string{
		"repeated key":       "&hostIds=" + anID + "&hostIds=" + otherID,
		"comma list":         "&hostIds=" + anID + "," + otherID,
		"escaped comma list": "&hostIds=" + anID + "%2C" + otherID,
		"brackets":           "&hostIds[]=" + anID + "&hostIds[]=" + otherID,
		"escaped brackets":   "&hostIds%5B%5D=" + anID + "&hostIds%5b%5d=" + otherID,
		"mixed":              "&hostIds=&hostIds[]=" + anID + ",&hostIds=" + otherID,
	} {
		t.Run(name, func(t *testing.T) {
			got := accept[GetBookingAvailabilityRequestObject](t, svc, h, call{path: slots + query}).Params
			if diff := cmp.Diff(both, got.HostIDs); diff != "" {
				t.Error(diff)
			}
			if got.Start != "2026-01-01T00:00:00+01:00" {
				t.Errorf("start is %q", got.Start)
			}
		})
	}
	t.Run("unknown and empty parameters ignored", func(t *testing.T) {
		got := accept[GetBookingAvailabilityRequestObject](t, svc, h, call{path: slots + "&utm=%zz&x=1;y=2&meetingDuration=&channel=&channel[]=zoom&hostIds="}).Params
		if got.MeetingDuration != nil || got.Channel != nil || got.HostIDs != nil {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("texts decoded once", func(t *testing.T) {
		got := accept[ListContactsRequestObject](t, svc, h, call{path: "/crm?searchTerm=a%2Bb+c%2525&tags=a%2Cb,c&tags=d%20e"}).Params
		if *got.SearchTerm != "a+b c%25" {
			t.Errorf("searchTerm is %q", *got.SearchTerm)
		}
		if diff := cmp.Diff([]string{"a,b", "c", "d e"}, got.Tags); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("id in capitals", func(t *testing.T) {
		got := accept[GetAppointmentRequestObject](t, svc, h, call{path: "/v4/appointment/" + strings.ToUpper(anID)})
		if got.ID.String() != anID {
			t.Errorf("id is %s", got.ID)
		}
	})
	t.Run("escaped id", func(t *testing.T) {
		got := accept[GetAppointmentRequestObject](t, svc, h, call{path: "/v4/appointment/" + strings.Replace(anID, "-", "%2D", 1)})
		if got.ID.String() != anID {
			t.Errorf("id is %s", got.ID)
		}
	})
}

// Each example of the contract passes, and is bound as encoding/json would.
func TestBody_Examples(t *testing.T) {
	svc := &stub{}
	h := svc.handler(t, Options{})
	n := 0
	for path, item := range document(t).Paths.Map() {
		for method, o := range item.Operations() {
			if o.RequestBody == nil {
				continue
			}
			media := o.RequestBody.Value.Content["application/json"]
			examples := []any{media.Example, media.Schema.Value.Example}
			for _, ref := range media.Examples {
				examples = append(examples, ref.Value.Value)
			}
			for _, example := range examples {
				if example == nil {
					continue
				}
				n++
				text, err := json.Marshal(example)
				if err != nil {
					t.Fatal(err)
				}
				svc.request = nil
				filled := strings.NewReplacer("{id}", anID, "{deliveryId}", anID, "{meetingTypeId}", anID).Replace(path)
				if w := (call{method: method, path: filled, body: string(text)}).do(h); w.Code != http.StatusOK {
					t.Errorf("%s: %s is refused: %s", o.OperationID, text, w.Body)
				}
				sameAsStandard(t, svc.request, text)
			}
		}
	}
	if n < 10 {
		t.Errorf("the contract has %d examples", n)
	}
}

// sameAsStandard compares the body of a request object with what encoding/json makes of the text.
func sameAsStandard(t *testing.T, request any, text []byte) {
	t.Helper()
	whole, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Body json.RawMessage }
	if err := json.Unmarshal(whole, &got); err != nil {
		t.Fatal(err)
	}
	var want, have any
	if json.Unmarshal(text, &want) != nil || json.Unmarshal(got.Body, &have) != nil {
		t.Fatal("not JSON")
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%T: %s", request, diff)
	}
}

// Decoding must not write into the text it reads: the text is hashed and bound afterwards.
func TestDecode_LeavesTextAlone(t *testing.T) {
	built := shapes{}
	text := []byte(booking)
	if _, _, _, err := decode(text, built.of(openapi3.NewObjectSchema())); err != nil || !bytes.Equal(text, []byte(booking)) {
		t.Errorf("%v: %s", err, text)
	}
}

// Schemas that refer to themselves have shapes that do.
func TestShapes_Recursive(t *testing.T) {
	tree := openapi3.NewObjectSchema()
	tree.WithProperty("child", tree).WithProperty("n", openapi3.NewIntegerSchema())
	tree.AllOf = openapi3.SchemaRefs{openapi3.NewObjectSchema().WithProperty("child", tree).NewRef()}
	value, found, changed, err := decode([]byte(`{"child":{"child":{"n":1.5,"x":1,"N":2}}}`), shapes{}.of(tree))
	if err != nil || changed {
		t.Fatal(err, changed)
	}
	want := faults{{[]string{"child", "child", "n"}, "must be a whole number"}, {[]string{"child", "child", "N"}, "differs only in case from n"}}
	if diff := cmp.Diff(want.messages(), found.messages()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"child": map[string]any{"child": map[string]any{"n": json.Number("1.5")}}}, value); diff != "" {
		t.Error(diff)
	}
}
