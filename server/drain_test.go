package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Ensure that whoever sends a body that nobody reads, and reads nothing before
// it is sent, still gets the answer that says why.
func TestDrain(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer((&stub{}).handler(t, Options{}))
	defer web.Close()
	for path, want := range map[string]int{"/v4/booking": http.StatusUnauthorized, "/v4/nothing": http.StatusNotFound} {
		for _, length := range []string{fmt.Sprintf("Content-Length: %d", 4<<20), "Transfer-Encoding: chunked"} {
			body := strings.Repeat(" ", 4<<20)
			if strings.HasPrefix(length, "T") {
				body = fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
			}
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", web.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			if _, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n%s\r\n\r\n", path, length); err == nil {
				_, err = io.WriteString(conn, body)
			}
			if err != nil {
				t.Fatalf("%s, %s: %v", path, length, err)
			}
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatalf("%s, %s: %v", path, length, err)
			}
			if answer.StatusCode != want {
				t.Errorf("%s, %s: answered %d, want %d", path, length, answer.StatusCode, want)
			}
			_, _ = answer.Body.Close(), conn.Close()
		}
	}
}

// Ensure that the answer does not wait for a body that never comes.
func TestDrain_Stalled(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer((&stub{}).handler(t, Options{}))
	t.Cleanup(web.CloseClientConnections)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", web.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(drainTime / 2)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "POST /v4/booking HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(answer.Body); answer.StatusCode != http.StatusUnauthorized || len(text) == 0 || err != nil {
		t.Errorf("answered %d %s, %v", answer.StatusCode, text, err)
	}
	_ = answer.Body.Close()
}
