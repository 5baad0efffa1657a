package server

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// forwarded makes the address of a request that of the client, when it came through proxies that are trusted: the last
// one in X-Forwarded-For that is no trusted proxy, because each proxy appends whom it heard. What anybody else says in
// that header does not count.
func forwarded(trusted []netip.Prefix, r *http.Request) {
	isTrusted := func(at netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(at) })
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !isTrusted(from.Addr().Unmap()) {
		return
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		at, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return // nobody can tell whose word that is
		}
		r.RemoteAddr = netip.AddrPortFrom(at, 0).String()
		if !isTrusted(at.Unmap()) {
			return
		}
	}
}
