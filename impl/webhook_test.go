package impl_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/meet"
)

const noWebhook = "Webhook not found"

// hooks lists the webhooks of a caller's company.
func (c caller) hooks(t testing.TB) []client.Webhook {
	t.Helper()
	return got[[]client.Webhook](t, http.StatusOK)(c.ListWebhooks(t.Context(), nil))
}

// changesHook sends a PATCH.
func (c caller) changesHook(t testing.TB, id, body string) client.Webhook {
	t.Helper()
	return got[client.Webhook](t, http.StatusOK)(c.send(t, http.MethodPatch, "/webhooks/"+id, body))
}

func TestCreateWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := wants(t, http.StatusCreated)(w.owner.send(t, http.MethodPost, "/webhooks",
		`{"endpoint":"https://crm.example.com/hooks?a=b","eventTypes":["booking_created","form_submission","booking_created"],"description":" CRM\n"}`))
	created := decode[client.WebhookCreated](t, a.body)
	id := client.WebhookIDText(created.ID)
	if uuid.Validate(id) != nil || !strings.Contains(string(a.body), `"id":"`+id+`"`) || len(strings.TrimPrefix(created.Secret, "whsec_")) != 44 {
		t.Errorf("answered %s", a.body)
	}
	want := client.Webhook{
		ID: created.ID, Endpoint: "https://crm.example.com/hooks?a=b", Description: new("CRM"), Enabled: true, CompanyID: string(w.demo.CompanyID()),
		EventTypes: []client.WebhookEventType{"booking_created", "form_submission"}, CreatedAt: morning,
	}
	listed := wants(t, http.StatusOK)(w.owner.ListWebhooks(t.Context(), nil))
	if diff := cmp.Diff(encoded(t, []client.Webhook{want}), encoded(t, decode[[]client.Webhook](t, listed.body))); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	if strings.Contains(string(listed.body), "whsec_") || strings.Contains(string(listed.body), "secret") {
		t.Errorf("the list tells the key: %s", listed.body)
	}
	if plain := got[client.WebhookCreated](t, 201)(w.owner.send(t, http.MethodPost, "/webhooks/",
		`{"endpoint":"http://127.0.0.1:1/","eventTypes":["new_employee"],"description":null}`)); plain.Description != nil || plain.Secret == created.Secret {
		t.Errorf("answered %+v", plain)
	}
}

func TestCreateWebhook_Refusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, ada := w.ada(t)
	create := func(c caller, endpoint string) (*http.Response, error) {
		return c.CreateWebhook(t.Context(), nil, client.WebhookCreate{Endpoint: endpoint, EventTypes: []client.WebhookEventType{"booking_created"}})
	}
	const fine = "https://hooks.example.com"
	lists(t, "endpoint must be an absolute http or https URL", "eventTypes must have at least 1 item")(
		w.owner.send(t, http.MethodPost, "/webhooks", `{"endpoint":"ftp://x","eventTypes":[]}`))
	refuses(t, 400, "endpoint must have a public address")(create(w.owner, "http://169.254.169.254/latest/meta-data"))
	refuses(t, 400, "endpoint must write an address as four decimal numbers, or in IPv6")(create(w.owner, "http://2130706433/"))
	refuses(t, 400, "endpoint must not contain a user name or password")(create(w.owner, "https://a:b@hooks.example.com"))
	refuses(t, 403, "Only an admin or the owner of the company may manage webhooks")(create(ada, fine))
	refuses(t, 403, `This API key lacks the scope "account"`)(create(w.token(t, w.demo.CompanyID(), olivia, func(k *meet.Key) { k.Scopes = []meet.Scope{meet.Scheduling} }), fine))
	refuses(t, 401, "Missing authorization header")(create(w.caller(), fine))
	for range meet.MaxWebhooks {
		wants(t, 201)(create(w.owner, fine))
	}
	if f := refuses(t, 406, "A company can have at most 6 webhooks")(create(w.owner, fine)); f.ErrorCode != "account-limit" || f.Error != "Not Acceptable" {
		t.Errorf("answered %+v", f)
	}
	wants(t, 201)(create(w.rival(t).owner, fine))
	wants(t, 204)(w.owner.DeleteWebhook(t.Context(), client.WebhookIDText(w.owner.hooks(t)[3].ID), nil))
	wants(t, 201)(create(w.owner, fine))
}

// Ensure a repeated request creates one webhook, and tells its key again.
func TestCreateWebhook_Once(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const body = `{"endpoint":"https://hooks.example.com","eventTypes":["booking_created"]}`
	first, _ := w.owner.keyed(t, "hook", "/webhooks", body, http.StatusCreated)
	second, replayed := w.owner.keyed(t, "hook", "/webhooks", body, http.StatusCreated)
	if !replayed || string(first.body) != string(second.body) || len(w.owner.hooks(t)) != 1 {
		t.Errorf("answered %s and %s", first.body, second.body)
	}
}

func TestUpdateWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hook := got[client.WebhookCreated](t, 201)(w.owner.CreateWebhook(t.Context(), nil, client.WebhookCreate{
		Endpoint: "https://one.example", EventTypes: []client.WebhookEventType{"booking_created"}, Description: new("One"),
	}))
	id := client.WebhookIDText(hook.ID)
	if h := w.owner.changesHook(t, id, `{}`); h.Endpoint != "https://one.example" || text(h.Description) != "One" || !h.Enabled {
		t.Errorf("nothing given, it is %+v", h)
	}
	if h := w.owner.changesHook(t, id, `{"endpoint":"https://two.example","eventTypes":["new_employee","new_employee"],"enabled":false}`); h.Endpoint != "https://two.example" ||
		len(h.EventTypes) != 1 || h.EventTypes[0] != "new_employee" || h.Enabled || text(h.Description) != "One" {
		t.Errorf("changed, it is %+v", h)
	}
	if h := w.owner.changesHook(t, strings.ToUpper(id), `{"description":null,"eventTypes":null,"enabled":null}`); h.Description != nil || h.Enabled || h.EventTypes[0] != "new_employee" {
		t.Errorf("cleared, it is %+v", h)
	}
	if h := w.owner.changesHook(t, id, `{"enabled":true,"description":"Two"}`); !h.Enabled || text(h.Description) != "Two" {
		t.Errorf("revived, it is %+v", h)
	}
	refuses(t, 400, "endpoint must have a port from 1 to 65535")(w.owner.send(t, "PATCH", "/webhooks/"+id, `{"endpoint":"https://two.example:0"}`))
	if h := one(t, w.owner.hooks(t)); h.Endpoint != "https://two.example" {
		t.Errorf("it is %+v", h)
	}
}

// Ensure everything about a webhook is for the admins of its company.
func TestWebhook_Access(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *impl.Settings) {
		s.Seed.Users = slices.Clone(s.Seed.Users)
		s.Seed.Users[2].Role = string(meet.Admin) // Ben
	})
	_, ada := w.ada(t)
	rita := w.rival(t).owner
	r := newReceiver(t)
	id := client.WebhookIDText(w.owner.subscribes(t, r, "booking_created").ID)
	for _, request := range [][2]string{
		{"PATCH", ""}, {"GET", "/deliveries"}, {"POST", "/deliveries/" + nobody + "/redeliver"}, {"POST", "/test"}, {"DELETE", ""},
	} {
		body := map[string]string{"PATCH": `{"enabled":false}`}[request[0]]
		send := func(c caller, id string) (*http.Response, error) {
			return c.send(t, request[0], "/webhooks/"+id+request[1], body)
		}
		refuses(t, 403, "Only an admin or the owner of the company may manage webhooks")(send(ada, id))
		for _, name := range []string{id, "1"} {
			refuses(t, 404, noWebhook)(send(rita, name))
		}
		for _, name := range []string{nobody, "2", "0", "01", "99999999999999999999"} {
			refuses(t, 404, noWebhook)(send(w.owner, name))
		}
		for _, name := range []string{"x", "-1", "1.0", "%00", strings.ReplaceAll(id, "-", ""), "urn:uuid:" + id} {
			wants(t, 400)(send(w.owner, name))
		}
	}
	refuses(t, 403, "Only an admin or the owner of the company may manage webhooks")(ada.ListWebhooks(t.Context(), nil))
	if len(rita.hooks(t)) != 0 || !one(t, w.owner.hooks(t)).Enabled {
		t.Error("the webhook was reached")
	}
	refuses(t, 404, "Delivery not found")(w.owner.send(t, "POST", "/webhooks/"+id+"/deliveries/"+nobody+"/redeliver", ""))
	ben := w.token(t, w.demo.CompanyID(), w.userID(t, "ben@demo.example"))
	wants(t, 204)(ben.DeleteWebhook(t.Context(), id, nil))
	refuses(t, 404, noWebhook)(w.owner.DeleteWebhook(t.Context(), id, nil))
}

// Ensure the production dialect has numbers for ids, and takes both.
func TestWebhook_Production(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *impl.Settings) { s.Dialect = "production" })
	r := newReceiver(t)
	for _, want := range []string{"1", "2"} {
		if id := w.owner.subscribes(t, r, "booking_created").ID; encoded(t, id) != want {
			t.Errorf("the id is %s", encoded(t, id))
		}
	}
	if h := w.owner.changesHook(t, "2", `{"description":"Two"}`); encoded(t, h.ID) != "2" {
		t.Errorf("the id is %s", encoded(t, h.ID))
	}
	wants(t, 202)(w.owner.TestWebhook(t.Context(), "2", nil))
	if page := got[client.WebhookDeliveryPage](t, 200)(w.owner.ListWebhookDeliveries(t.Context(), "2", nil)); page.Total != 1 {
		t.Errorf("its deliveries are %+v", page)
	}
	wants(t, 204)(w.owner.DeleteWebhook(t.Context(), "1", nil))
	if h := one(t, w.owner.hooks(t)); text(h.Description) != "Two" {
		t.Errorf("left is %+v", h)
	}

	// No number is given twice, and none tells of another company.
	wants(t, 204)(w.owner.DeleteWebhook(t.Context(), "2", nil))
	for c, want := range map[*caller]string{&w.owner: "3", new(w.rival(t).owner): "1"} {
		if id := c.subscribes(t, newReceiver(t), "booking_created").ID; encoded(t, id) != want {
			t.Errorf("the id is %s, want %s", encoded(t, id), want)
		}
	}
}
