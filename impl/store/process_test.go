package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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

// The test binary is also the other process: with these in its environment
// it books in a database file and prints each acknowledged booking. A count
// of 0 makes it a server, which books until it is killed.
const (
	otherFile  = "STORE_TEST_FILE"
	otherCount = "STORE_TEST_COUNT"
)

func TestMain(m *testing.M) {
	path := os.Getenv(otherFile)
	if path == "" {
		postgrestest.Main(m)
	}
	if err := bookBeside(path, os.Getenv(otherCount)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func bookBeside(path, count string) error {
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	s, err := store.Open(context.Background(), path, store.Options{Exclusive: n == 0})
	if err != nil {
		return err
	}
	var kind meet.MeetingType
	var hosts []meet.UserID
	err = s.View(context.Background(), func(tx *store.Tx) error {
		kind, hosts, err = readTeam(tx)
		return err
	})
	if err != nil {
		return err
	}
	for id := range bookMany(s, kind, hosts, n) {
		if _, err := fmt.Println(id); err != nil {
			return err
		}
	}
	return s.Close()
}

// readTeam returns the meeting type in a database and the users who host it.
func readTeam(tx *store.Tx) (kind meet.MeetingType, hosts []meet.UserID, err error) {
	companies, err := tx.Companies()
	if err != nil {
		return kind, nil, err
	}
	types, err := tx.MeetingTypes(companies[0].ID, "")
	if err != nil {
		return kind, nil, err
	}
	users, _, err := tx.Users(companies[0].ID, "", 10, 0)
	for _, u := range users {
		hosts = append(hosts, u.ID)
	}
	return types[0], hosts, err
}

// bookMany makes n bookings, or ever more for 0, with all hosts at random
// starts of many years, and yields each one that was acknowledged. Starts
// that are taken are tried over.
func bookMany(s *store.Store, kind meet.MeetingType, hosts []meet.UserID, n int) <-chan meet.BookingID {
	acknowledged := make(chan meet.BookingID)
	var begun atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for n == 0 || begun.Add(1) <= int64(n) {
				for {
					b := meettest.Booking(kind, func(b *meet.Booking) {
						b.Hosts = hosts
						b.Start = b.Start.Add(time.Duration(rand.IntN(1_000_000)) * 30 * time.Minute)
						b.End = b.Start.Add(30 * time.Minute)
					})
					err := s.Update(context.Background(), func(tx *store.Tx) error { return storetest.Insert(tx, b) })
					if err == nil {
						acknowledged <- b.ID
						break
					}
					if !errors.Is(err, meet.ErrSlotOccupied) {
						panic(err)
					}
				}
			}
		})
	}
	go func() { all.Wait(); close(acknowledged) }()
	return acknowledged
}

// startOther starts the other process and returns what it prints.
func startOther(t *testing.T, path string, count int) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), otherFile+"="+path, otherCount+"="+strconv.Itoa(count))
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// newTeamFile makes a database file with a meeting type and two hosts.
func newTeamFile(t *testing.T) (path string, s *store.Store) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "test.db")
	s = open(t, path, store.Options{Exclusive: true})
	company := meettest.Company()
	one, two := meettest.User(company), meettest.User(company)
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		return storetest.Insert(tx, company, one, two, meettest.MeetingType(one))
	})
	if err != nil {
		t.Fatal(err)
	}
	return path, s
}

// Ensure that a process which is killed at any moment has kept each booking
// that it acknowledged, and none by half.
func TestStore_Killed(t *testing.T) {
	t.Parallel()
	path, s := newTeamFile(t)
	shut(t, s)
	acknowledged := map[meet.BookingID]bool{}
	for range 3 {
		other, lines := startOther(t, path, 0)
		for range rand.IntN(60) {
			if !lines.Scan() {
				break
			}
			acknowledged[meet.BookingID(lines.Text())] = true
		}
		if err := other.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			acknowledged[meet.BookingID(lines.Text())] = true
		}
		if err := other.Wait(); !strings.Contains(fmt.Sprint(err), "killed") {
			t.Fatalf("the other process ended by itself: %v", err)
		}
		s := open(t, path, store.Options{Exclusive: true})
		stored := checkWhole(t, s)
		for id := range acknowledged {
			if !stored[id] {
				t.Errorf("booking %s was acknowledged and is lost", id)
			}
		}
		shut(t, s)
		checkIntegrity(t, path)
	}
	if len(acknowledged) == 0 {
		t.Error("nothing was booked")
	}
}

// Ensure that two processes book in one file, and that all of it is there.
func TestStore_TwoProcesses(t *testing.T) {
	t.Parallel()
	const each = 30
	path, s := newTeamFile(t)
	var kind meet.MeetingType
	var hosts []meet.UserID
	err := s.View(t.Context(), func(tx *store.Tx) (err error) {
		kind, hosts, err = readTeam(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	other, lines := startOther(t, path, each)
	var acknowledged []meet.BookingID
	if lines.Scan() { // it is at work
		acknowledged = append(acknowledged, meet.BookingID(lines.Text()))
	}
	for id := range bookMany(s, kind, hosts, each) {
		acknowledged = append(acknowledged, id)
	}
	for lines.Scan() {
		acknowledged = append(acknowledged, meet.BookingID(lines.Text()))
	}
	if err := other.Wait(); err != nil {
		t.Error(err)
	}
	stored := checkWhole(t, s)
	if len(stored) != 2*each || len(acknowledged) != 2*each {
		t.Errorf("%d stored, %d acknowledged, want %d", len(stored), len(acknowledged), 2*each)
	}
	for _, id := range acknowledged {
		if !stored[id] {
			t.Errorf("booking %s was acknowledged and is lost", id)
		}
	}
	shut(t, s)
	checkIntegrity(t, path)
}

// checkWhole returns the bookings in a database, each of which must have its
// two hosts with their time and its attendee.
func checkWhole(t *testing.T, s *store.Store) map[meet.BookingID]bool {
	t.Helper()
	stored := map[meet.BookingID]bool{}
	err := s.View(t.Context(), func(tx *store.Tx) error {
		kind, hosts, err := readTeam(tx)
		if err != nil {
			return err
		}
		for offset := 0; ; offset += 1000 {
			page, _, err := tx.Bookings(kind.Company, store.BookingFilter{Limit: 1000, Offset: offset})
			if err != nil || len(page) == 0 {
				return err
			}
			occupied, err := tx.Occupied(store.OccupiedQuery{
				Hosts: hosts, Own: kind.ID, Range: meet.Range{Start: page[0].Start, End: page[len(page)-1].End},
			})
			if err != nil {
				return err
			}
			rows := map[meet.BookingID]int{}
			for _, o := range occupied {
				for _, taken := range o.Own {
					rows[taken.Booking]++
				}
			}
			if len(rows) != len(page) {
				t.Errorf("%d bookings, and time of %d", len(page), len(rows))
			}
			for _, b := range page {
				stored[b.ID] = true
				if rows[b.ID] != 2 || len(b.Hosts) != 2 || len(b.Attendees) != 1 {
					t.Errorf("booking %s has %d hosts, the time of %d, %d attendees", b.ID, len(b.Hosts), rows[b.ID], len(b.Attendees))
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func checkIntegrity(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, check := range []string{"PRAGMA integrity_check", "SELECT count(*) || '' FROM pragma_foreign_key_check"} {
		var verdict string
		if err := db.QueryRowContext(t.Context(), check).Scan(&verdict); err != nil || verdict != "ok" && verdict != "0" {
			t.Errorf("%s: %s, %v", check, verdict, err)
		}
	}
}
