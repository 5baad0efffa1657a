package availability

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Ensure the sets hold the instants they should, in the form they promise.
func TestSet(t *testing.T) {
	spans := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) span {
		start := rapid.Int64Range(0, 20).Draw(t, "start")
		return span{start, start + rapid.Int64Range(0, 6).Draw(t, "length")}
	}), 0, 6)
	holds := func(spans []span, at int64) bool {
		return slices.ContainsFunc(spans, func(s span) bool { return s.contains(at) })
	}
	rapid.Check(t, func(t *rapid.T) {
		as, bs := spans.Draw(t, "a"), spans.Draw(t, "b")
		a, b := union(slices.Clone(as)), union(slices.Clone(bs))
		both, less := a.and(b), a.minus(b)
		for at := int64(-1); at < 30; at++ {
			inA, inB := holds(as, at), holds(bs, at)
			if holds(a, at) != inA || holds(both, at) != (inA && inB) || holds(less, at) != (inA && !inB) {
				t.Fatalf("at %d: a = %v, b = %v, both = %v, a without b = %v", at, a, b, both, less)
			}
			if i := a.after(at); i < len(a) && a[i].end <= at || i > 0 && a[i-1].end > at {
				t.Fatalf("%v.after(%d) = %d", a, at, i)
			}
			for end := at + 1; end < 30; end++ {
				want := true
				for inside := at; inside < end; inside++ {
					want = want && inA && holds(as, inside)
				}
				if a.covers(span{at, end}) != want {
					t.Fatalf("%v.covers(%d, %d) = %v", a, at, end, !want)
				}
			}
		}
		for _, s := range []set{a, b, both, less} {
			for i := range s {
				if s[i].empty() || i > 0 && s[i-1].end >= s[i].start {
					t.Fatalf("%v is not in ascending order, or has spans that touch or are empty", s)
				}
			}
		}
	})
}
