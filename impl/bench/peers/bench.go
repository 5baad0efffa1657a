package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const defaultSpan = 2 * time.Second

// bench is what is to be measured, and how.
type bench struct {
	ours, prism, contract string
	rounds                int
	span                  time.Duration
	verbose               bool
	dir                   string // for databases
}

func (b bench) run(ctx context.Context) (err error) {
	if b.dir, err = os.MkdirTemp("", "peers-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	fmt.Printf("%-62s %14s %14s %10s\n", "", "this server", "the other", "ratio")
	for _, part := range []func(context.Context) error{b.refuse, b.cost, b.speed, b.size} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// row prints what was measured, and the ratio of ours to theirs; target is
// what it ought to be.
func row(name, format string, ours, theirs float64, target string) {
	fmt.Printf("%-62s %14s %14s %9.2fx  %s\n", name, fmt.Sprintf(format, ours), fmt.Sprintf(format, theirs), ours/theirs, target)
}

func (b bench) demo(ctx context.Context) (*process, error) {
	return begin(ctx, b.ours, "serve", "--addr", "127.0.0.1:PORT", "--db", ":memory:")
}

// mock is Prism without its log.
func (b bench) mock(ctx context.Context) (*process, error) {
	return begin(ctx, b.prism, "mock", b.contract, "--port", "PORT", "--verboseLevel", "silent")
}

// with runs do with two servers.
func with(ctx context.Context, a, b func(context.Context) (*process, error), do func(a, b *process) error) (err error) {
	first, err := a(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, first.stop()) }()
	second, err := b(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, second.stop()) }()
	return do(first, second)
}

// refuse compares the answers to bad requests.
func (b bench) refuse(ctx context.Context) error {
	return with(ctx, b.demo, b.mock, func(ours, theirs *process) error {
		v, err := refusals(ctx, ours.addr)
		if err != nil {
			return err
		}
		w, err := refusals(ctx, theirs.addr)
		if err != nil {
			return err
		}
		share := func(what string, ours, theirs, of int) {
			fmt.Printf("%-62s %14s %14s\n", "bad requests, Prism: "+what, fmt.Sprintf("%d/%d", ours, of), fmt.Sprintf("%d/%d", theirs, of))
		}
		share("the status demanded", v.right, w.right, v.asked)
		share("a fault named in the body", v.named, w.named, v.asked)
		share("a fault named in body or headers", v.headed, w.headed, v.asked)
		share("all faults of a request in the body", v.all, w.all, v.several)
		share("accepted", v.accepted, w.accepted, v.asked)
		share("no answer within 2 s", v.hung, w.hung, v.asked)
		share("5xx", v.broken, w.broken, v.asked)
		if b.verbose {
			v.print("this server")
			w.print("Prism")
		}
		return nil
	})
}

func (v verdict) print(who string) {
	for _, line := range v.wrong {
		fmt.Printf("  %s: %.200s\n", who, line)
	}
}

// The loads that end before anything is stored.
func (b bench) refused() []load {
	taken := fmt.Sprintf(sample, start(0), "client@example.com")
	faulty := fmt.Sprintf(sample, "tomorrow", "nobody")
	return []load{
		always("a request with faults", http.StatusBadRequest, post(faulty)),
		always("a booking that a rule refuses", http.StatusBadRequest, post(taken)),
	}
}

// cost compares what a request takes of the processors with the middleware
// of kin-openapi: our edge before a handler that does nothing, as there, and
// our whole server with key, rules, journal and log.
func (b bench) cost(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := func(kind string) func(context.Context) (*process, error) {
		return func(ctx context.Context) (*process, error) { return begin(ctx, self, "-serve", kind, "127.0.0.1:PORT") }
	}
	loads := b.refused()
	for _, pair := range []struct {
		name   string
		ours   func(context.Context) (*process, error)
		load   load
		target string
	}{
		{"a valid booking: edge, kin-openapi", child("edge"), loads[1], "<= 0.7"},
		{"a request with faults: edge, kin-openapi", child("edge"), loads[0], ""},
		{"a request with faults: whole server, kin-openapi", b.demo, loads[0], ""},
		{"a booking that a rule refuses: whole server, kin-openapi", b.demo, loads[1], ""},
	} {
		err := with(ctx, pair.ours, child("kin"), func(ours, theirs *process) error {
			us, them, err := b.turns(ctx, ours, theirs, pair.load)
			if err == nil {
				row("CPU of "+pair.name, "%.0f us", us.cpu, them.cpu, pair.target)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// speed compares requests a second with Prism's, and their CPU, which other
// work on the machine changes less.
func (b bench) speed(ctx context.Context) error {
	loads := append(b.refused(), bookings(1))
	for i, target := range []string{">= 10", ">= 10", ">= 4"} {
		l := loads[i]
		err := with(ctx, b.demo, b.mock, func(ours, theirs *process) error {
			if _, err := loads[1].run(ctx, ours.addr, b.span/10); err != nil { // the first takes the slot
				return err
			}
			c, err := l.run(ctx, ours.addr, b.span/10)
			if err != nil {
				return err
			}
			if c.answers[l.ours] < c.total() {
				return fmt.Errorf("%s: want only %d, got %v", l.name, l.ours, c.answers)
			}
			us, them, err := b.turns(ctx, ours, theirs, l)
			if err == nil {
				row("requests a second, "+l.name+": Prism", "%.0f", us.perSecond, them.perSecond, target)
				row("CPU of "+l.name+": Prism", "%.0f us", us.cpu, them.cpu, "")
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rate is how fast a server answers, and what an answer costs it.
type rate struct {
	perSecond float64
	cpu       float64 // microseconds
}

// measure loads a server.
func (p *process) measure(ctx context.Context, l load, span time.Duration) (rate, error) {
	before, err := p.cpu()
	if err != nil {
		return rate{}, err
	}
	c, err := l.run(ctx, p.addr, span)
	if err != nil {
		return rate{}, err
	}
	after, err := p.cpu()
	return rate{c.perSecond(), float64((after - before).Microseconds()) / float64(c.total())}, err
}

// turns measures two servers one after the other, again and again, and
// returns the medians of each. The first round warms up and does not count.
func (b bench) turns(ctx context.Context, ours, theirs *process, l load) (us, them rate, err error) {
	var rates [2][]rate
	for round := range b.rounds + 1 {
		for i, p := range []*process{ours, theirs} {
			r, err := p.measure(ctx, l, b.span)
			if err != nil {
				return us, them, err
			}
			if round > 0 {
				rates[i] = append(rates[i], r)
			}
		}
	}
	middle := func(of []rate) rate {
		var speeds, costs []float64
		for _, r := range of {
			speeds, costs = append(speeds, r.perSecond), append(costs, r.cpu)
		}
		return rate{median(speeds), median(costs)}
	}
	return middle(rates[0]), middle(rates[1]), nil
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// database names a new database file.
func (b bench) database(name string) string { return filepath.Join(b.dir, name+".db") }
