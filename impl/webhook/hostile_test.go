package webhook_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/webhook"
)

// Ensure an attempt ends in time, and takes no more than a little, whatever
// an endpoint does to keep it.
func TestSender_Hostile(t *testing.T) {
	t.Parallel()
	if limit := webhook.New(webhook.Config{}).Timeout; limit != 15*time.Second {
		t.Errorf("an attempt may take %v", limit)
	}
	// endlessly writes a text again and again, and waits in between.
	endlessly := func(first, text string, wait time.Duration, written *atomic.Int64) func(net.Conn) {
		return func(c net.Conn) {
			saying(first)(c)
			for {
				n, err := io.WriteString(c, text)
				if written.Add(int64(n)); err != nil {
					return
				}
				time.Sleep(wait)
			}
		}
	}
	const drip, ok = 5 * time.Millisecond, "HTTP/1.1 200 OK\r\n"
	for name, c := range map[string]struct {
		first, text string
		wait        time.Duration
		want        string // "" is success, for the status decides
	}{
		"a head that drips":        {ok, "X", drip, "no answer within 400ms"},
		"headers that drip":        {ok, "X-A: b\r\n", drip, "no answer within 400ms"},
		"a status that drips":      {"HTTP/1.1 2", "0", drip, "no answer within 400ms"},
		"a body that drips":        {ok + "\r\n", "x", drip, ""},
		"a failure that drips":     {"HTTP/1.1 500 no\r\n\r\n", "x", drip, "status 500"},
		"chunks that drip":         {ok + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", drip, ""},
		"a huge body":              {ok + "\r\n", strings.Repeat("x", 64<<10), 0, ""},
		"a huge chunk":             {ok + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFF\r\n", strings.Repeat("x", 64<<10), 0, ""},
		"huge trailers":            {ok + "Transfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n0\r\n", "X-A: " + strings.Repeat("x", 32<<10) + "\r\n", 0, ""},
		"a huge header":            {ok + "X-A: ", strings.Repeat("x", 64<<10), 0, "no valid HTTP answer"},
		"hints without end":        {"", "HTTP/1.1 103 Early Hints\r\n\r\n", 0, "no valid HTTP answer"},
		"hints that drip":          {"", "HTTP/1.1 103 Early Hints\r\n\r\n", drip, "no answer within 400ms"},
		"another protocol":         {"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", "x", drip, "status 101"},
		"a redirection that drips": {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", "x", drip, "status 302"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(c *webhook.Config) { c.Timeout = 400 * time.Millisecond })
			var written atomic.Int64
			j := w.delivery(t, w.add(t, listener(t, endlessly(c.first, c.text, c.wait, &written))))
			began := time.Now()
			err := w.attempt(t, j).Err
			if took := time.Since(began); took > 5*time.Second { // far more than it may, far less than for ever
				t.Errorf("it took %v", took)
			}
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("gave %v, want %q", err, c.want)
			}
			if n := written.Load(); n > 16<<20 { // what the network holds, at most
				t.Errorf("it took %d bytes", n)
			}
		})
	}
}

// Ensure what is packed stays packed.
func TestSender_Bomb(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	packed := gzip.NewWriter(&bomb)
	if _, err := io.CopyN(packed, zeroes{}, 1<<20); err != nil {
		t.Fatal(err)
	}
	_ = packed.Close()
	w := newWorld(t)
	var asked atomic.Value
	j := w.delivery(t, w.add(t, endpoint(t, func(rw http.ResponseWriter, r *http.Request) {
		asked.Store(r.Header.Get("Accept-Encoding"))
		rw.Header().Set("Content-Encoding", "gzip")
		_, _ = rw.Write(bomb.Bytes())
	})))
	if failed := w.attempt(t, j).Err; failed != nil || asked.Load() != "" {
		t.Errorf("gave %v, asked for %q", failed, asked.Load())
	}
}

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Ensure that a name which led outside once is looked at again each time it
// is connected to, and that an address inside is not tried beside others.
func TestSender_Rebinds(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	inside := listener(t, func(c net.Conn) {
		connections.Add(1)
		saying("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")(c)
	})
	named := strings.Replace(inside, "127.0.0.1", "rebind.example", 1)
	const notPublic = "the address of the endpoint is not public"

	// Here the machine itself is allowed, and stands for what is outside.
	first := newWorld(t)
	first.sends(func(c *webhook.Config) { c.Resolver = dns(t, []string{"127.0.0.1"}) })
	h := first.add(t, named)
	if failed := first.attempt(t, first.delivery(t, h)).Err; failed != nil || connections.Load() != 1 {
		t.Fatalf("gave %v after %d connections", failed, connections.Load())
	}
	first.sends(func(c *webhook.Config) { c.Resolver = dns(t, []string{"169.254.169.254"}) })
	if failed := first.attempt(t, first.delivery(t, h)).Err; failed == nil || failed.Error() != notPublic {
		t.Errorf("gave %v", failed)
	}

	// Here it is not.
	w := newWorld(t)
	w.sends(func(c *webhook.Config) { c.Resolver = dns(t, []string{"127.0.0.1"}) })
	h = w.add(t, strings.Replace(named, "http:", "https:", 1))
	connections.Store(0)
	for _, addresses := range [][]string{
		{"127.0.0.1"}, {"::1"}, {"::1", "127.0.0.1"}, {"10.0.0.1", "127.0.0.1"}, {"fd00::1", "127.0.0.1"}, {"fe80::1", "127.0.0.1"},
		{"64:ff9b::127.0.0.1"}, {"64:ff9b::a9fe:a9fe"}, {"2002:7f00:1::1"}, {"::ffff:127.0.0.1"}, {"0.0.0.0"}, {"::"}, {"100.64.0.1"},
		{"192.0.0.192"}, {"198.18.0.1"}, {"224.0.0.1"}, {"ff02::1"}, {"172.16.0.1"}, {"192.168.0.1"}, {"169.254.169.254"},
	} {
		w.sends(func(c *webhook.Config) { c.AllowPrivate, c.Resolver = false, dns(t, addresses) })
		if failed := w.attempt(t, w.delivery(t, h)).Err; failed == nil || failed.Error() != notPublic {
			t.Errorf("%v gave %v", addresses, failed)
		}
	}
	if connections.Load() != 0 {
		t.Errorf("there were %d connections", connections.Load())
	}
}
