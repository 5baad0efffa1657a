package main

import (
	"io"
	"log/slog"
	"net/http/httptest"
	"testing"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
)

// Ensure that every bad request gets the status that the contract demands,
// with all its faults named.
func TestRefusals(t *testing.T) {
	t.Parallel()
	app, err := impl.Open(t.Context(), impl.Settings{Seed: fixture.Demo(), Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(app)
	defer func() {
		web.Close()
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	}()
	v, err := refusals(t.Context(), web.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range v.wrong {
		t.Error(line)
	}
	if v.asked < 54 || v.right < v.asked || v.named < v.asked || v.all < v.several || v.several == 0 {
		t.Errorf("of %d requests %d were answered right", v.asked, v.right)
	}
}
