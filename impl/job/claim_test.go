package job_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// Ensure that jobs whose claim the database refuses at its commit do not run,
// and run once when it takes the claim.
func TestRunner_ClaimRefused(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	s, err := store.Open(t.Context(), url, store.Options{Now: meettest.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	c := meettest.Company()
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, c, meettest.Job(c)) }); err != nil {
		t.Fatal(err)
	}
	postgrestest.Execute(t, url, `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused at the commit'; END $$;
		CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON job DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()`)
	restore := func() { postgrestest.Execute(t, url, `DROP FUNCTION IF EXISTS refuse CASCADE`) }
	defer restore()

	refused, ran := make(chan string, 100), atomic.Int32{}
	done := make(chan struct{})
	r := job.New(job.Config{
		Store: s, Poll: 10 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(told(refused), nil)),
		Handlers: map[meet.JobKind]job.Handler{meet.SendMail: func(context.Context, meet.Job) job.Outcome {
			if ran.Add(1) == 1 {
				close(done)
			}
			return job.Outcome{}
		}},
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); r.Run(ctx) }()
	for range 3 {
		if line := <-refused; !strings.Contains(line, "jobs cannot be claimed") {
			t.Errorf("logged %s", line)
		}
	}
	if n := ran.Load(); n != 0 {
		t.Errorf("%d ran without a claim", n)
	}
	restore()
	<-done
	stop()
	<-ended
	if n := ran.Load(); n != 1 {
		t.Errorf("ran %d times", n)
	}
}

// Ensure that a job which waits for the one before it, which waits for its
// next try, keeps nobody busy.
func TestRunner_Waits(t *testing.T) {
	t.Parallel()
	bell := job.NewBell()
	var commits atomic.Int32
	s, err := store.Open(t.Context(), ":memory:", store.Options{Now: meettest.Now, Committed: func() {
		commits.Add(1)
		bell.Ring()
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	c := meettest.Company()
	chained := func(j *meet.Job) { j.Lane, j.Chain, j.RunAt = "endpoint", "booking", meettest.Now() }
	add := func(things ...any) {
		if err := s.Update(t.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, things...) }); err != nil {
			t.Fatal(err)
		}
	}
	add(c, meettest.Job(c, chained))
	tried := make(chan struct{}, 10)
	r := job.New(job.Config{
		Store: s, Bell: bell, Logger: slog.New(slog.DiscardHandler),
		Handlers: map[meet.JobKind]job.Handler{meet.SendMail: func(context.Context, meet.Job) job.Outcome {
			tried <- struct{}{}
			return job.Outcome{Err: errors.New("down")}
		}},
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); r.Run(ctx) }()
	<-tried
	time.Sleep(100 * time.Millisecond) // it is put back, for later
	add(meettest.Job(c, chained))
	time.Sleep(100 * time.Millisecond)
	stop()
	<-ended
	if n := commits.Load(); n > 5 || len(tried) > 0 { // the jobs, a claim, an outcome
		t.Errorf("%d commits, and tried %d times more", n, len(tried))
	}
}

// told passes on the lines of a log.
type told chan string

func (c told) Write(line []byte) (int, error) {
	select {
	case c <- string(line):
	default: // the first ones are enough
	}
	return len(line), nil
}
