package client_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
)

// What the demo of a stub server has.
var (
	introType = uuid.MustParse("770e8400-e29b-41d4-a716-446655440002")
	olivia    = uuid.MustParse("550e8400-e29b-41d4-a716-446655440000")
)

// demo is a client of a stub server of its own, where it is Wednesday, 10 January 2024, nine o'clock in Berlin.
func demo() (api *client.API, stop func()) {
	seed := fixture.Demo()
	app, err := impl.Open(context.Background(), impl.Settings{
		Seed: seed, Clock: time.Date(2024, 1, 10, 8, 0, 0, 0, time.UTC), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(app)
	api, err = client.New(client.Config{BaseURL: server.URL, APIKey: seed.PersonalKey(), IdempotentServer: true})
	if err != nil {
		panic(err)
	}
	return api, func() {
		server.Close()
		if err := app.Close(); err != nil {
			panic(err)
		}
	}
}

// demoType is a meeting type of the demo.
func demoType(api *client.API, slug string) client.MeetingType {
	types, err := api.ListMeetingTypes(context.Background())
	if err != nil {
		panic(err)
	}
	for _, t := range types {
		if t.Slug == slug {
			return t
		}
	}
	panic(slug)
}
