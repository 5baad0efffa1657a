package credential

import (
	"net/netip"
	"strconv"
	"testing"
	"time"
)

var (
	noon = time.Date(2026, time.October, 20, 12, 0, 0, 0, time.UTC)
	home = netip.MustParseAddr("192.0.2.1")
)

// fails records wrong tries at a target and reports whether all were allowed.
func (g *guesses) fails(target string, from netip.Addr, at time.Time, times int) bool {
	for range times {
		if !g.count(guessOf(target, from), at) {
			return false
		}
	}
	return true
}

func (g *guesses) open(target string, from netip.Addr, at time.Time) bool {
	return g.allowed(guessOf(target, from), at)
}

func TestGuesses_Window(t *testing.T) {
	var g guesses
	if !g.fails("a", home, noon, 5) || g.fails("a", home, noon, 1) || g.open("A", home, noon.Add(time.Minute-1)) {
		t.Error("more than five tries in a minute")
	}
	if !g.open("a", home, noon.Add(time.Minute)) || !g.open("b", home, noon) || !g.open("a", netip.MustParseAddr("192.0.2.2"), noon) {
		t.Error("refused where nobody guessed")
	}
}

// Ensure nobody escapes by many tries elsewhere: what is forgotten is what
// has been let be the longest, and never all of it.
func TestGuesses_Full(t *testing.T) {
	var g guesses
	g.fails("old", home, noon, 5)
	g.fails("new", home, noon.Add(time.Second), 4)
	for i := range maxTargets - 2 {
		g.fails(strconv.Itoa(i), home, noon.Add(time.Second), 1)
	}
	if g.open("old", home, noon.Add(time.Second)) {
		t.Fatal("forgotten before it was full")
	}
	g.fails("new", home, noon.Add(2*time.Second), 1)
	g.fails("one more", home, noon.Add(3*time.Second), 1)
	g.fails("two more", home, noon.Add(3*time.Second), 1)
	if n := len(g.wrong); n != maxTargets || g.recency.Len() != n {
		t.Errorf("%d targets are kept, %d in order", n, g.recency.Len())
	}
	if !g.open("old", home, noon.Add(3*time.Second)) || g.open("new", home, noon.Add(3*time.Second)) {
		t.Error("it was not the oldest that went")
	}
	g.fails("later", home, noon.Add(2*time.Minute), 1)
	if n := len(g.wrong); n != 1 || g.recency.Len() != n {
		t.Errorf("%d targets are kept that are over", n)
	}
}

// Ensure whoever is given a whole network of IPv6 counts once.
func TestGuesses_Networks(t *testing.T) {
	for name, test := range map[string]struct {
		other string
		same  bool
	}{
		"2001:db8:1:2::1":    {"2001:db8:1:2:ffff:ffff:ffff:ffff", true},
		"2001:db8:1:2::2":    {"2001:db8:1:3::2", false},
		"fe80::1%eth0":       {"fe80::2%eth1", true},
		"192.0.2.1":          {"192.0.2.2", false},
		"::ffff:192.0.2.3":   {"192.0.2.3", true},
		"::ffff:192.0.2.4":   {"::ffff:192.0.2.5", false},
		"::ffff:203.0.113.7": {"::1", false},
	} {
		var g guesses
		g.fails("a", netip.MustParseAddr(name), noon, 5)
		if g.open("a", netip.MustParseAddr(test.other), noon) == test.same {
			t.Errorf("%s and %s are the same: %t", name, test.other, !test.same)
		}
	}
	var g guesses
	if g.fails("a", netip.Addr{}, noon, 5); g.open("a", netip.Addr{}, noon) {
		t.Error("an unknown address is not counted")
	}
}
