package console

import (
	"context"
	"net/http"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/webhook"
)

// endpoint is a webhook with how its deliveries stand.
type endpoint struct {
	meet.Webhook
	// owner is who owns its company, and sees what the page shows.
	owner                    meet.Principal
	Delivered, Waiting, Dead int
}

// Name is what the webhook is called.
func (e endpoint) Name() string {
	if e.Description != "" {
		return e.Description
	}
	return e.Endpoint
}

// endpoints reads all webhooks.
func (s *site) endpoints(ctx context.Context) (all []endpoint, err error) {
	err = s.World.Store.View(ctx, func(tx *store.Tx) error {
		all, err = readEndpoints(tx)
		return err
	})
	return all, err
}

func readEndpoints(tx *store.Tx) ([]endpoint, error) {
	companies, err := tx.Companies()
	if err != nil {
		return nil, err
	}
	var all []endpoint
	for _, c := range companies {
		owner := meet.Principal{Company: c.ID, User: c.Owner, Role: meet.Owner}
		own, err := webhook.List(tx, owner)
		if err != nil {
			return nil, err
		}
		for _, w := range own {
			e := endpoint{Webhook: w, owner: owner}
			for state, n := range map[meet.JobState]*int{meet.JobDone: &e.Delivered, meet.JobPending: &e.Waiting, meet.JobDead: &e.Dead} {
				if _, *n, err = webhook.Deliveries(tx, owner, string(w.ID), state, 0, 0); err != nil {
					return nil, err
				}
			}
			all = append(all, e)
		}
	}
	return all, nil
}

// readEndpoint reads a webhook by its id.
func readEndpoint(tx *store.Tx, id string) (endpoint, error) {
	all, err := readEndpoints(tx)
	if err != nil {
		return endpoint{}, err
	}
	for _, e := range all {
		if string(e.ID) == id {
			return e, nil
		}
	}
	return endpoint{}, meet.ErrWebhookNotFound
}

// webhooksView lists the webhooks.
type webhooksView struct {
	frame
	Endpoints   []endpoint
	PersonalKey string
}

func (*webhooksView) template() string { return "webhooks" }

func (s *site) webhooks(r *http.Request, f frame) (view, error) {
	all, err := s.endpoints(r.Context())
	f.Title, f.Section = "Webhooks", "webhooks"
	v := &webhooksView{frame: f, Endpoints: all}
	if s.World.Seed != nil {
		v.PersonalKey = s.World.Seed.PersonalKey()
	}
	return v, err
}
