package store_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t testing.TB, o store.Options) *store.Store {
		return open(t, postgrestest.Database(t), o)
	})
}

// Ensure that ten servers that start at once make the tables once.
func TestPostgres_OpenAtOnce(t *testing.T) {
	t.Parallel()
	_, url := postgrestest.Own(t, !postgrestest.Durable)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			s, err := store.Open(t.Context(), url+"?pool_max_conns=2", store.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Ready(t.Context()); err != nil {
				t.Error(err)
			}
			shut(t, s)
		})
	}
	all.Wait()
	if current, latest, err := store.Migrate(t.Context(), url, false); err != nil || current != latest {
		t.Errorf("schema %d of %d, %v", current, latest, err)
	}
}

// Ensure that what cannot be opened says why, and keeps the password.
func TestPostgres_OpenFails(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"postgres://ann:swordfish@127.0.0.1:1/none", "postgres://ann:swordfish@127.0.0.1:port/none", "mysql://ann:swordfish@127.0.0.1/none",
	} {
		_, err := store.Open(t.Context(), source, store.Options{})
		if err == nil || strings.Contains(err.Error(), "swordfish") {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// Ensure that of 64 who want the same slot one gets it, that the others are
// told so, and that none of them is the victim of a deadlock.
func TestPostgres_OneSlot(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	s := open(t, url, store.Options{Now: meettest.Now})
	company := meettest.Company()
	hosts := []meet.User{meettest.User(company), meettest.User(company), meettest.User(company)}
	kind := meettest.MeetingType(hosts[0])
	err := s.Update(t.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, company, hosts[0], hosts[1], hosts[2], kind) })
	if err != nil {
		t.Fatal(err)
	}
	for round := range 20 {
		start := meettest.Now().Add(time.Duration(round) * time.Hour)
		var winners atomic.Int32
		var all sync.WaitGroup
		for i := range 64 {
			b := meettest.Booking(kind, func(b *meet.Booking) {
				b.Start, b.End = start, start.Add(30*time.Minute)
				b.Hosts = []meet.UserID{hosts[i%3].ID, hosts[(i+1)%3].ID, hosts[(i+2)%3].ID}
			})
			all.Go(func() {
				switch err := s.Update(t.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, b) }); {
				case err == nil:
					winners.Add(1)
				case !errors.Is(err, meet.ErrSlotOccupied):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := winners.Load(); n != 1 {
			t.Errorf("round %d: %d winners", round, n)
		}
	}
	if n := postgrestest.Deadlocks(t, url); n != 0 {
		t.Errorf("%d deadlocks", n)
	}
}

// Ensure that changes that deadlock are made all the same, one after the
// other, also when it is a part of them that does.
func TestPostgres_Deadlock(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]bool{"whole": false, "part": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := postgrestest.Database(t)
			s := open(t, url, store.Options{})
			var met sync.WaitGroup
			met.Add(2)
			lock := func(first, second string) func(*store.Tx) error {
				var tried bool
				fn := func(tx *store.Tx) error {
					if _, err := tx.Setting(first); err != nil {
						return err
					}
					if !tried {
						tried = true
						met.Done()
						met.Wait()
					}
					_, err := tx.Setting(second)
					return errors.Join(err, tx.SetSetting(first+second, "made"))
				}
				if !part {
					return fn
				}
				return func(tx *store.Tx) error { return s.Update(tx.Context(t.Context()), fn) }
			}
			var all sync.WaitGroup
			for _, fn := range []func(*store.Tx) error{lock("one", "two"), lock("two", "one")} {
				all.Go(func() {
					if err := s.Update(t.Context(), fn); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if n := postgrestest.Deadlocks(t, url); n != 1 {
				t.Errorf("%d deadlocks, want one", n)
			}
		})
	}
}

// Ensure that changes which the server's death interrupts fail as such, that
// what was acknowledged is there after it, and that the store goes on.
func TestPostgres_ServerDies(t *testing.T) {
	t.Parallel()
	server, url := postgrestest.Own(t, !postgrestest.Durable)
	s := open(t, url, store.Options{Now: meettest.Now})
	company := meettest.Company()
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, company) }); err != nil {
		t.Fatal(err)
	}
	var made, refused sync.Map
	for range 3 {
		var all sync.WaitGroup
		stop := make(chan struct{})
		for i := range 16 {
			all.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					j := meettest.Job(company)
					err := s.Update(t.Context(), func(tx *store.Tx) error {
						if i%2 == 0 { // what wrote an event can be looked up
							e := meet.Event{ID: meet.EventID(j.ID), Company: company.ID, Snapshot: []byte("{}"), At: tx.Now()}
							if err := tx.InsertEvent(e); err != nil {
								return err
							}
						}
						return tx.InsertJob(j)
					})
					switch code := meet.CodeOf(err); {
					case err == nil:
						made.Store(j.ID, true)
					case code == meet.CodeUnavailable:
						refused.Store(j.ID, true)
					case code != meet.CodeOutcomeUnknown:
						t.Error(err)
					}
				}
			})
		}
		time.Sleep(100 * time.Millisecond)
		if err := server.Kill(); err != nil {
			t.Fatal(err)
		}
		err := s.View(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Companies()
			return err
		})
		if meet.CodeOf(err) != meet.CodeUnavailable {
			t.Errorf("a view of a dead server: %v", err)
		}
		if err := server.Run(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		close(stop)
		all.Wait()
	}
	there := map[meet.JobID]bool{}
	err := s.View(t.Context(), func(tx *store.Tx) error {
		jobs, _, err := tx.Jobs("mail", "", 1_000_000, 0)
		for _, j := range jobs {
			there[j.ID] = true
		}
		return err
	})
	count := func(all *sync.Map, want bool) (right, wrong int) {
		all.Range(func(id, _ any) bool {
			if there[id.(meet.JobID)] == want {
				right++
			} else {
				wrong++
			}
			return true
		})
		return right, wrong
	}
	kept, lost := count(&made, true)
	gone, done := count(&refused, false)
	if err != nil || kept == 0 || lost > 0 || gone == 0 || done > 0 {
		t.Errorf("%d kept, %d lost; %d refused, %d of them made; %v", kept, lost, gone, done, err)
	}
}

// Ensure that the guard compares the company, so that tables can be
// distributed by it, and that it guards every row that is not forced.
func TestPostgres_Guard(t *testing.T) {
	t.Parallel()
	const want = "EXCLUDE USING gist (company_id WITH =, host_id WITH =, int8range(start_at, end_at) WITH &&) WHERE ((forced = 0))"
	if got := postgrestest.Constraint(t, postgrestest.Database(t), "occupied_guard"); got != want {
		t.Errorf("the guard is %s", got)
	}
}

// Ensure that of several servers the one that takes changes is used.
func TestPostgres_Standby(t *testing.T) {
	t.Parallel()
	url := strings.Replace(postgrestest.Database(t), "127.0.0.1", "127.0.0.1:1,127.0.0.1", 1) + "?target_session_attrs=read-write"
	if err := open(t, url, store.Options{}).Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if current, latest, err := store.Migrate(t.Context(), url+"&pool_max_conns=3", false); err != nil || current != latest {
		t.Errorf("schema %d of %d, %v", current, latest, err)
	}
}

// Ensure that nobody is shown a password, whatever the address looks like.
func TestRedacted(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"postgres://ann:swordfish@a,b/acme?target_session_attrs=read-write": "postgres://ann:xxxxx@a,b/acme?target_session_attrs=read-write",
		"postgres://ann@a/acme?password=swordfish":                          "postgres://ann@a/acme",
		"postgres://ann@a/acme?sslpassword=swordfish&x=y":                   "postgres://ann@a/acme",
		"postgres://ann:swordfish@a:port/acme":                              "postgres://…",
		"postgres://ann:sword%zzfish@a/acme":                                "postgres://…",
		"acme.db":                                                           "acme.db",
	} {
		if got := store.Redacted(source); got != want {
			t.Errorf("%s is shown as %s", source, got)
		}
	}
}
