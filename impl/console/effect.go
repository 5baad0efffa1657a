package console

import (
	"context"
	"slices"

	"github.com/meetwright/meetwright/server/control"
)

// effect is something that a call left behind.
type effect struct {
	Kind string // what it is
	What string // about which it is, or to whom
	// State is that of a mail or a delivery, or "".
	State string
	// Path leads to it below /_/, and Anchor to its place there; "" when it
	// cannot be looked at.
	Path, Anchor string
}

// effects describes what a call caused. A mail that was sent has a subject,
// unless it was deleted since; a webhook has an endpoint, likewise.
func (s *site) effects(ctx context.Context, caused control.Caused) ([]effect, error) {
	var all []effect
	for _, e := range caused.Events {
		all = append(all, effect{Kind: e.Kind, What: e.Subject})
	}
	if len(caused.Mails) > 0 {
		inbox, err := told[control.ListMessages200JSONResponse](s.Plane.ListMessages(ctx, control.ListMessagesRequestObject{}))
		if err != nil {
			return nil, err
		}
		for _, m := range caused.Mails {
			one := effect{Kind: "Mail", State: string(m.State)}
			if i := slices.IndexFunc(inbox.Messages, func(sent control.MessageSummary) bool { return sent.ID == m.ID }); i >= 0 {
				one.Kind, one.What, one.Path = inbox.Messages[i].Subject, "to "+inbox.Messages[i].To, "inbox/messages/"+m.ID
			}
			all = append(all, one)
		}
	}
	if len(caused.Deliveries) > 0 {
		endpoints, err := s.endpoints(ctx)
		if err != nil {
			return nil, err
		}
		for _, d := range caused.Deliveries {
			one := effect{Kind: "Delivery to a webhook", State: string(d.State)}
			if i := slices.IndexFunc(endpoints, func(e endpoint) bool { return string(e.ID) == d.Webhook }); i >= 0 {
				one.What, one.Path, one.Anchor = endpoints[i].Endpoint, "webhooks/"+d.Webhook, "#"+d.ID
			}
			all = append(all, one)
		}
	}
	return all, nil
}
