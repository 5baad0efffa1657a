package impl

import (
	"net/http"

	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/drift"
	"github.com/meetwright/meetwright/impl/page"
	"github.com/meetwright/meetwright/impl/stub"
	"github.com/meetwright/meetwright/server"
)

// edge puts the world behind all its paths: with its operations, or with one
// that passes calls on.
func (w *world) edge(checker *credential.Checker) (h http.Handler, err error) {
	o := w.settings
	options := server.Options{
		PublicURL: o.PublicURL, Logger: o.Logger, TrustedProxies: o.TrustedProxies, Mount: map[string]http.Handler{}, Metrics: o.metrics.Metrics,
	}
	if !o.Live {
		if options.Mount["/_/"], err = w.Handler(o.info(), w.console); err != nil {
			return nil, err
		}
		options.Around = w.Around
		if w.Seed != nil && o.proxy == nil {
			options.DemoKey = w.Seed.PersonalKey()
		}
	}
	report := &drift.Report{Log: o.Logger, Found: o.metrics.violations, Mark: !o.Live}
	if o.proxy != nil || o.StrictResponses {
		if report.Answers, err = server.OwnAnswers(); err != nil {
			return nil, err
		}
	}
	if o.proxy != nil {
		w.Relays = true
		options.Mount["/_/"] = stub.Relaying(options.Mount["/_/"])
		return server.NewRelay(o.proxy.Relay(report), w.service.Ready, options)
	}
	pages := page.New(page.Config{Store: w.Store, Credentials: checker, PublicURL: o.PublicURL, Logger: o.Logger})
	for _, path := range []string{"/confirm/", "/m/", "/host/", "/one-time/"} {
		options.Mount[path] = pages
	}
	if o.StrictResponses {
		options.Around = report.Strict(options.Around)
	}
	return server.New(w.service, options)
}
