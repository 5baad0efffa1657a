package webhook_test

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/webhook"
)

// Where events may go: anywhere, only where private addresses are allowed,
// or nowhere.
const (
	public  = "public"
	private = "private"
	never   = "never"
)

func TestCheckEndpoint(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"https://crm.example.com/hooks/meetings": public,
		"https://crm.example.com:8443/?a=b#c":    public,
		"https://CRM.example.com.":               public,
		"https://xn--bcher-kva.example":          public,
		"https://under_score.example":            public,
		"https://intranet":                       public, // by its looks; what it resolves to decides
		"https://example.com:":                   public,
		"http://crm.example.com":                 private,
		"http://127.0.0.1:8080":                  private,
		"https://localhost":                      private,
		"https://LOCALHOST.":                     private,
		"https://a.localhost":                    private,

		"":                                     never,
		"crm.example.com":                      never,
		"https:crm.example.com":                never,
		"https://":                             never,
		"https:///path":                        never,
		"https://:443":                         never,
		"ftp://example.com":                    never,
		"file:///etc/passwd":                   never,
		"gopher://127.0.0.1:6379/_x":           never,
		"unix:///run/docker.sock":              never,
		"https://user@example.com":             never,
		"https://user:hush@example.com":        never,
		"https://@example.com":                 never,
		"https://example.com:0":                never,
		"https://example.com:65536":            never,
		"https://example.com:x":                never,
		"https://exa mple.com":                 never,
		"https://example..com":                 never,
		"https://.example.com":                 never,
		"https://bücher.example":               never,
		"https://127。0。0。1":                    never,
		"https://①②⑦.0.0.1":                    never,
		"https://127%2e0.0.1":                  never,
		"https://example.com\\@127.0.0.1":      never,
		"https://example.com\r\nHost: x":       never,
		"https://" + strings.Repeat("a", 64):   never,
		"https://" + strings.Repeat("a.", 200): never,

		"https://2130706433":       never,
		"https://017700000001":     never,
		"https://0x7f000001":       never,
		"https://0x7f.1":           never,
		"https://0X7F.0x0.0.0x1":   never,
		"https://0x":               never,
		"https://127.1":            never,
		"https://127.0.1":          never,
		"https://0177.0.0.1":       never,
		"https://127.0.0.1.":       never,
		"https://8.8.8.8.":         never,
		"https://127.000.000.001":  never,
		"https://1.2.3.4.5":        never,
		"https://256.1.1.1":        never,
		"https://0":                never,
		"https://[fe80::1%25eth0]": never,
		"https://[::1%25lo]":       never,
		"https://[2600::1%25eth0]": never,
		"https://[::1":             never,
		"https://[v1.x]":           never,
	} {
		for _, allowed := range []bool{false, true} {
			err := webhook.CheckEndpoint(endpoint, allowed)
			if ok := want == public || want == private && allowed; ok != (err == nil) {
				t.Errorf("%q, private allowed %v: %v", endpoint, allowed, err)
			}
			if err != nil && meet.CodeOf(err) != meet.CodeInvalid {
				t.Errorf("%q: %v is no refusal", endpoint, err)
			}
		}
	}
}

// Ensure each special-purpose range is refused from its first to its last
// address, and what lies beside it is not.
func TestCheckEndpoint_Addresses(t *testing.T) {
	t.Parallel()
	for addresses, want := range map[string]string{
		"1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 223.255.255.255": public,
		"100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0":   public,
		"169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0":  public,
		"192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0":        public,
		"198.17.255.255 198.20.0.0 203.0.112.255 203.0.114.0":    public,
		"2600:: 2a00:1450:4001:80b::200e 2001:200:: 2620:fe::fe": public,
		"::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1":        public,

		"127.0.0.1 127.255.255.255 10.0.0.0 10.255.255.255":                 private,
		"172.16.0.0 172.31.255.255 192.168.0.0 192.168.255.255":             private,
		"::1 fc00:: fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff":                private,
		"::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.1.2.3":                    private,
		"64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 2002:7f00:1::1 2002:a00:1::1": private,

		"0.0.0.0 0.255.255.255 100.64.0.0 100.100.100.200 100.127.255.255": never,
		"169.254.0.0 169.254.169.254 169.254.255.255 168.63.129.16":        never,
		"192.0.0.0 192.0.0.192 192.0.0.255 192.0.2.1 192.88.99.1":          never,
		"198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.255":             never,
		"224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.255":              never,
		":: ::127.0.0.1 ::8.8.8.8 64:ff9b:1::7f00:1 64:ff9b:1:1::":         never,
		"100:: 2001:: 2001:0:7f00:1:: 2001:1ff:ffff:: 2001:db8::1":         never,
		"3fff:: 3fff:fff:: 5f00:: fe80::1 febf:: fec0:: ff02::1":           never,
		"::ffff:169.254.169.254 64:ff9b::169.254.169.254":                  never,
		"64:ff9b::100.64.0.1 2002:a9fe:a9fe:: 2002::1 4000:: e000::":       never,
	} {
		for text := range strings.FieldsSeq(addresses) {
			host := text
			if netip.MustParseAddr(text).Is6() {
				host = "[" + text + "]"
			}
			for _, allowed := range []bool{false, true} {
				err := webhook.CheckEndpoint("https://"+host+":8443/x", allowed)
				if ok := want == public || want == private && allowed; ok != (err == nil) {
					t.Errorf("%s, private allowed %v: %v", text, allowed, err)
				}
			}
		}
	}
}

// Ensure a name is judged by what it resolves to when it is connected to.
func TestSender_Resolves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for address, want := range map[string]string{
		"127.0.0.1": private, "::ffff:127.0.0.1": private, "169.254.169.254": never, "100.100.100.200": never, "0.0.0.0": never,
	} {
		for _, allowed := range []bool{false, true} {
			var connections atomic.Int32
			inside := listener(t, func(c net.Conn) {
				connections.Add(1)
				saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(c)
			})
			w.sends(func(c *webhook.Config) {
				c.AllowPrivate = allowed
				c.Resolver = dns(t, []string{address})
			})
			scheme := map[bool]string{true: "http:", false: "https:"}[allowed]
			h := w.add(t, strings.NewReplacer("http:", scheme, "127.0.0.1", "rebind.example").Replace(inside))
			err := w.attempt(t, w.delivery(t, h)).Err
			if ok := want == private && allowed; ok != (err == nil) || ok != (connections.Load() > 0) {
				t.Errorf("%s, private allowed %v: %v after %d connections", address, allowed, err, connections.Load())
			}
			w.remove(t, h)
			if err != nil && err.Error() != "the address of the endpoint is not public" {
				t.Errorf("%s: %v", address, err)
			}
		}
	}
}

// dns is a resolver for which every name has these addresses.
func dns(t *testing.T, addresses []string) *net.Resolver {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		query := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(query)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(resolve(query[:n], addresses), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// resolve answers a query (RFC 1035 §4.1) with the addresses of its type.
func resolve(query []byte, addresses []string) []byte {
	const (
		header     = 12
		a, aaaa    = 1, 28
		noSuchName = 3
	)
	end := header
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	end += 5 // the root, type and class
	kind := binary.BigEndian.Uint16(query[end-4:])
	answer := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, query[header:end]...)
	if len(addresses) == 0 {
		answer[3] |= noSuchName
	}
	for _, text := range addresses {
		address := netip.MustParseAddr(text)
		if address.Is4() != (kind == a) || address.Is6() != (kind == aaaa) {
			continue
		}
		answer[7]++
		answer = append(answer, 0xC0, header)
		answer = binary.BigEndian.AppendUint16(answer, kind)
		answer = append(answer, 0, 1, 0, 0, 0, 0, 0, byte(address.BitLen()/8))
		answer = append(answer, address.AsSlice()...)
	}
	return answer
}
