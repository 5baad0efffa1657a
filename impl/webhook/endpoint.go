package webhook

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// CheckEndpoint refuses, with [meet.CodeInvalid], a URL that events must not
// be sent to: anything but https, user info, no host, an address that is not
// public, and the spellings of addresses that only some programs
// understand. With allowPrivate, http, the machine itself and private
// networks are fine.
//
// A name may still resolve to an address that is not public; that is found
// out when it is connected to.
func CheckEndpoint(endpoint string, allowPrivate bool) error {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Hostname() == "":
		return invalid("endpoint must be a URL with a host")
	case u.Scheme != "https" && (u.Scheme != "http" || !allowPrivate):
		return invalid("endpoint must be an https URL")
	case u.User != nil:
		return invalid("endpoint must not contain a user name or password")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return invalid("endpoint must have a port from 1 to 65535")
		}
	}
	return checkHost(strings.ToLower(u.Hostname()), allowPrivate)
}

func invalid(sentence string) error { return meet.Refuse(meet.CodeInvalid, sentence) }

func checkHost(host string, allowPrivate bool) error {
	if address, err := netip.ParseAddr(host); err == nil {
		if !reachable(address, allowPrivate) {
			return invalid("endpoint must have a public address")
		}
		return nil
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	switch {
	case isNumeric(last):
		return invalid("endpoint must write an address as four decimal numbers, or in IPv6")
	case len(host) > maxName || !areLabels(labels):
		return invalid("endpoint must have a host name of letters, digits and hyphens; write international names in their xn-- form")
	case last == "localhost" && !allowPrivate:
		return invalid("endpoint must have a public address")
	}
	return nil
}

// maxName is how long a host name can be (RFC 1035 §2.3.4).
const maxName = 253

// isNumeric reports whether a host that ends in the label may be taken for
// an address by some programs, like 0x7f.1, 127.1 or 2130706433.
func isNumeric(label string) bool {
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}

func areLabels(labels []string) bool {
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}
