package server

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/labstack/echo/v4"
)

// Buffers are shared between requests over time, never at a time.
func TestConcurrentRequests(t *testing.T) {
	svc := &stub{}
	h := svc.handler(t, Options{})
	svc.run = func(c echo.Context, request any) error {
		return c.String(http.StatusOK, *request.(CreateBookingRequestObject).Body.Location)
	}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 50 {
				want := fmt.Sprintf("room %d of %d", i, worker)
				c := call{method: "POST", path: "/v4/booking", body: edited(t, "location", `"`+want+`"`)}
				if i%2 == 0 {
					c.header = http.Header{"Idempotency-Key": {"k"}}
				}
				if w := c.do(h); w.Body.String() != want {
					t.Errorf("got %s, want %s", w.Body, want)
				}
				bad := call{method: "POST", path: "/v4/booking", body: edited(t, "duration", `0`)}
				if got := errorOf(t, bad.do(h)); got.messages[0] != "duration must be at least 1" {
					t.Errorf("got %+v", got)
				}
			}
		})
	}
	group.Wait()
}
