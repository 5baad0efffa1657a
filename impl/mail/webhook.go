package mail

import (
	"net/url"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/wording"
)

// tellWebhook tells which webhook was disabled, and why. Of its endpoint
// only the host is shown: path and query may hold a secret.
func (d *Data) tellWebhook(w meet.Webhook, r reader) {
	d.When, d.Webhook, d.Title = "", string(w.ID), wording.Line(w.Description, wording.MaxLine)
	if u, err := url.Parse(w.Endpoint); err == nil {
		host := wording.Line(u.Host, wording.MaxLine)
		if d.Title != "" {
			host = " (" + host + ")"
		}
		d.Title += host
	}
	if !w.FailingSince.IsZero() {
		d.Failing = r.language.Instant(w.FailingSince, r.zone)
	}
}
