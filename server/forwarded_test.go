package server

import (
	"net/http"
	"net/netip"
	"testing"
)

// Ensure that only trusted proxies tell where a request comes from.
func TestForwarded(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, test := range []struct {
		from   string
		header []string
		want   string
	}{
		{"203.0.113.7:99", []string{"198.51.100.1"}, "203.0.113.7:99"},                     // no proxy of ours
		{"10.0.0.1:99", []string{"198.51.100.1"}, "198.51.100.1:0"},                        // one
		{"10.0.0.1:99", []string{"198.51.100.1, 10.0.0.2"}, "198.51.100.1:0"},              // two
		{"10.0.0.1:99", []string{"198.51.100.1", "10.0.0.2"}, "198.51.100.1:0"},            // in two headers
		{"10.0.0.1:99", []string{"192.0.2.1, 198.51.100.1"}, "198.51.100.1:0"},             // the client made up the first
		{"10.0.0.1:99", []string{"10.0.0.3"}, "10.0.0.3:0"},                                // a client inside
		{"[::ffff:10.0.0.1]:99", []string{"2001:db8::1"}, "[2001:db8::1]:0"},               // IPv4 in IPv6
		{"[fd00::1]:99", []string{"198.51.100.1:443"}, "[fd00::1]:99"},                     // no address
		{"10.0.0.1:99", []string{"unknown, 10.0.0.2"}, "10.0.0.2:0"},                       // as far as it is known
		{"10.0.0.1:99", nil, "10.0.0.1:99"},                                                // the proxy itself
		{"10.0.0.1:99", []string{""}, "10.0.0.1:99"}, {"@", []string{"198.51.100.1"}, "@"}, // a socket
		{"203.0.113.7:99", []string{"10.0.0.1"}, "203.0.113.7:99"}, {"", []string{"198.51.100.1"}, ""}, // nothing
	} {
		r := &http.Request{RemoteAddr: test.from, Header: http.Header{"X-Forwarded-For": test.header}}
		forwarded(trusted, r)
		if r.RemoteAddr != test.want {
			t.Errorf("%s through %q is %s, want %s", test.from, test.header, r.RemoteAddr, test.want)
		}
	}
}
