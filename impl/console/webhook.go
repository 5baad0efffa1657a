package console

import (
	"net/http"
	"net/url"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/webhook"
)

// webhookView is a webhook with its deliveries.
type webhookView struct {
	frame
	endpoint
	State      string // what is searched for, or ""
	Page       string // which part of the list
	Deliveries []webhook.Delivery
	Pages      pager
}

func (*webhookView) template() string { return "webhook" }

// states are what deliveries are called by the API.
var states = map[string]meet.JobState{"": "", "pending": meet.JobPending, "delivered": meet.JobDone, "dead": meet.JobDead}

// Status is what the API calls the state of a delivery.
func (*webhookView) Status(d webhook.Delivery) string {
	for name, state := range states {
		if name != "" && state == d.Job.State {
			return name
		}
	}
	return ""
}

func (s *site) webhook(r *http.Request, f frame) (view, error) {
	query := r.URL.Query()
	v := &webhookView{State: query.Get("status"), Page: query.Get("page")}
	state, known := states[v.State]
	if !known {
		v.State = ""
	}
	err := s.World.Store.View(r.Context(), func(tx *store.Tx) (err error) {
		if v.endpoint, err = readEndpoint(tx, r.PathValue("id")); err != nil {
			return err
		}
		page := pageOf(r)
		all, total, err := webhook.Deliveries(tx, v.owner, string(v.ID), state, pageSize, page*pageSize)
		v.Deliveries, v.Pages = all, paged(page, total)
		return err
	})
	f.Title, f.Section, f.Notice = v.Name(), "webhooks", notice(query)
	v.frame = f
	return v, err
}

// actOnWebhook has a delivery made again.
func (s *site) actOnWebhook(r *http.Request, form url.Values) (string, []string, error) {
	if form.Get("do") != "redeliver" {
		return "", nil, errAction
	}
	id := r.PathValue("id")
	err := s.World.Store.Update(r.Context(), func(tx *store.Tx) error {
		e, err := readEndpoint(tx, id)
		if err != nil {
			return err
		}
		_, err = webhook.Redeliver(tx, e.owner, id, meet.JobID(form.Get("delivery")))
		return err
	})
	return "webhooks/" + id, []string{"done", "redeliver", "status", form.Get("status"), "page", form.Get("page")}, err
}
