package webhook

import (
	"errors"
	"net/netip"
	"syscall"
)

var errAddress = errors.New("the address of the endpoint is not public")

// guard refuses a connection by the address that the name resolved to, so
// that no name leads inside, whatever it resolved to before.
func guard(allowPrivate bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !reachable(to.Addr(), allowPrivate) {
			return errAddress
		}
		return nil
	}
}

// reachable reports whether events may be sent to an address: one that is
// globally reachable by the IANA special-purpose address registries (RFC
// 6890), and, when allowed, the machine itself and private networks.
func reachable(a netip.Addr, allowPrivate bool) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	switch {
	case a.IsLoopback(), a.IsPrivate():
		return allowPrivate
	case a.Is4():
		return a.IsGlobalUnicast() && !within(a, special4)
	case nat64.Contains(a):
		return reachable(embedded(a, 12), allowPrivate)
	case sixToFour.Contains(a):
		return reachable(embedded(a, 2), allowPrivate)
	}
	return global6.Contains(a) && !within(a, special6)
}

// embedded is the IPv4 address inside an IPv6 address, from a byte on.
func embedded(a netip.Addr, from int) netip.Addr {
	b := a.As16()
	return netip.AddrFrom4([4]byte(b[from : from+4]))
}

func within(a netip.Addr, ranges []netip.Prefix) bool {
	for _, r := range ranges {
		if r.Contains(a) {
			return true
		}
	}
	return false
}

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		all[i] = netip.MustParsePrefix(text)
	}
	return all
}

var special4 = prefixes(
	"0.0.0.0/8",          // this network
	"10.0.0.0/8",         // private
	"100.64.0.0/10",      // shared by carriers; Alibaba's metadata
	"127.0.0.0/8",        // loopback
	"168.63.129.16/32",   // Azure's platform, public by its looks only
	"169.254.0.0/16",     // link-local; metadata of most clouds
	"172.16.0.0/12",      // private
	"192.0.0.0/24",       // protocol assignments; Oracle's metadata
	"192.0.2.0/24",       // documentation
	"192.88.99.0/24",     // 6to4 relays, withdrawn
	"192.168.0.0/16",     // private
	"198.18.0.0/15",      // benchmarks
	"198.51.100.0/24",    // documentation
	"203.0.113.0/24",     // documentation
	"224.0.0.0/4",        // multicast
	"240.0.0.0/4",        // reserved
	"255.255.255.255/32", // broadcast
)

// global6 is what IANA has given out of IPv6 as unicast. All else, such as
// link-local fe80::/10, site-local fec0::/10, multicast ff00::/8, NAT64 for
// local use 64:ff9b:1::/48 and addresses that hold an IPv4 address in ::/96,
// is not public.
var global6 = netip.MustParsePrefix("2000::/3")

var special6 = prefixes(
	"2001::/23",     // protocol assignments, Teredo among them
	"2001:db8::/32", // documentation
	"3fff::/20",     // documentation
)

// Addresses that are gateways to the IPv4 address inside (RFC 6052 §2.1,
// RFC 3056 §2).
var (
	nat64     = netip.MustParsePrefix("64:ff9b::/96")
	sixToFour = netip.MustParsePrefix("2002::/16")
)
