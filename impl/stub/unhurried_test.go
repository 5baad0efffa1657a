package stub

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// Ensure that an answer of the control plane may take longer than the server
// gives others.
func TestUnhurried(t *testing.T) {
	t.Parallel()
	const patience = 50 * time.Millisecond
	late := http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		time.Sleep(2 * patience)
		_, _ = io.WriteString(rw, "late")
	})
	get := func(h http.Handler) error {
		s := httptest.NewUnstartedServer(h)
		s.Config.WriteTimeout = patience
		s.Start()
		defer s.Close()
		answer, err := s.Client().Get(s.URL)
		if err != nil {
			return err
		}
		return answer.Body.Close()
	}
	if err := get(late); err == nil {
		t.Error("an answer came after the server's patience")
	}
	if err := get(unhurried(late)); err != nil {
		t.Error(err)
	}
}
