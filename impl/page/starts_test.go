package page_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

var radio = regexp.MustCompile(`name="start" value="([^"]*)"`)

// offered are the starts that a page lists.
func offered(page string) (starts []string) {
	for _, m := range radio.FindAllStringSubmatch(page, -1) {
		starts = append(starts, m[1])
	}
	return starts
}

// TestManage_Starts checks that each start that is listed can be chosen.
func TestManage_Starts(t *testing.T) {
	w := newWorld(t, "en", func(m *meet.MeetingType) { m.Increment = 4 * time.Hour })
	l := w.manageLink(w.book(t, func(r *booking.Request) { r.Start = start.Add(2 * time.Hour) })) // 12:00
	all := offered(w.get(l.page()).Body.String())
	if len(all) != 13 { // of five days, without the past and its own
		t.Fatalf("the page offers %v", all)
	}
	for _, s := range all {
		wants(t, w.post(l, "reschedule", "start", s), http.StatusSeeOther)
	}
	if again := offered(w.get(l.page()).Body.String()); slices.Contains(again, all[len(all)-1]) || len(again) != 13 {
		t.Errorf("the page offers %v", again)
	}
}

func TestManage_Weeks(t *testing.T) {
	w := newWorld(t, "en")
	l := w.manageLink(w.book(t))
	for _, row := range []struct {
		from     string
		first    string // start listed
		has, not []string
	}{
		{"", "2027-03-01T08:00:00Z", []string{"from=2027-03-08"}, []string{"Earlier"}},
		{"2027-02-01", "2027-03-01T08:00:00Z", []string{"from=2027-03-08"}, []string{"Earlier"}},
		{"nonsense", "2027-03-01T08:00:00Z", nil, nil},
		{"2027-03-04", "2027-03-04T08:00:00Z", []string{"from=2027-03-01", "from=2027-03-11"}, nil},
		{"2027-03-08", "2027-03-08T07:00:00Z", []string{"from=2027-03-01", "from=2027-03-15"}, nil},
		{"9999-12-31", "2029-02-28T07:00:00Z", []string{"Earlier"}, []string{"Later"}},
	} {
		t.Run("from "+row.from, func(t *testing.T) {
			answer := w.get(l.page() + "&from=" + row.from)
			wants(t, answer, http.StatusOK, row.has...)
			lacks(t, answer, row.not...)
			if all := offered(answer.Body.String()); len(all) == 0 || all[0][:10] != row.first[:10] {
				t.Errorf("the page offers %v, not from %s on", all, row.first)
			}
		})
	}
	t.Run("first free week", func(t *testing.T) {
		w := newWorld(t, "en", func(m *meet.MeetingType) { m.Notice = 20 * 24 * time.Hour })
		l := w.manageLink(w.book(t, func(r *booking.Request) { r.Start = start.AddDate(0, 0, 30) }))
		if all := offered(w.get(l.page()).Body.String()); len(all) == 0 || !strings.HasPrefix(all[0], "2027-03-22") {
			t.Errorf("the page offers %v", all)
		}
		wants(t, w.get(l.page()+"&from=2027-03-02"), http.StatusOK, "no free times in this week")
	})
}

// TestManage_StartsWrong sends what no form of ours would.
func TestManage_StartsWrong(t *testing.T) {
	w := newWorld(t, "en")
	l := w.manageLink(w.book(t))
	for sent, want := range map[string]string{
		"": "Please choose a time.", "tomorrow": "Please choose a time.", "2027-03-04T10:00": "Please choose a time.",
		"9999-01-01T00:00:00Z": "Please choose a time.",
	} {
		wants(t, w.post(l, "reschedule", "start", sent), http.StatusBadRequest, want, `action="../`+l.id+`/reschedule"`)
	}
	for _, taken := range []string{"2027-03-04T09:07:00Z", "2027-03-04T03:00:00Z", "2027-02-01T09:00:00Z"} {
		wants(t, w.post(l, "reschedule", "start", taken), http.StatusConflict, "This time is no longer free.")
	}
	wants(t, w.get(l.page()), http.StatusOK, "Wednesday, 3 March 2027, 09:00 (Europe/London)")
}

// TestManage_TwiceAtNight checks that the hour that comes twice can be told
// apart: Berlin fall back.
func TestManage_TwiceAtNight(t *testing.T) {
	w := newWorld(t, "de")
	w.update(t, func(tx *store.Tx) error {
		s := meettest.Schedule(w.host)
		for day := range s.Hours.Week {
			s.Hours.Week[day] = meet.Day{Enabled: true, Windows: []meet.Window{{Start: 0, End: meet.EndOfDay}}}
		}
		return tx.UpdateSchedule(s)
	})
	w.attendee.Zone = "Europe/Berlin"
	l := w.manageLink(w.book(t, func(r *booking.Request) { r.Start = time.Date(2027, time.October, 31, 0, 0, 0, 0, time.UTC) }))
	answer := w.get(l.page() + "&from=2027-10-31")
	wants(t, answer, http.StatusOK, "Sonntag, 31. Oktober 2027, 02:00 Uhr (Europe/Berlin, UTC&#43;02)",
		`value="2027-10-31T01:00:00Z" required><span>02:00 (UTC&#43;01)</span>`, "<span>03:00</span>")
}

// TestManage_TypeGone checks that an appointment outlives its meeting type.
func TestManage_TypeGone(t *testing.T) {
	w := newWorld(t, "en")
	l := w.manageLink(w.book(t))
	w.update(t, func(tx *store.Tx) error { return tx.DeleteMeetingType(w.kind.ID) })
	wants(t, w.get(l.page()), http.StatusOK, "cannot be moved online", "Cancel appointment")
	wants(t, w.post(l, "cancel"), http.StatusSeeOther)
}

// TestManage_Queue checks that a meeting of two can be moved while they host
// together, and that a host who left the queue keeps what was booked.
func TestManage_Queue(t *testing.T) {
	w := newWorld(t, "en")
	ben := meettest.User(w.company, func(u *meet.User) { u.GivenName, u.FamilyName = "Ben", "" })
	var q meet.Queue
	w.update(t, func(tx *store.Tx) error {
		if err := tx.InsertUser(ben); err != nil {
			return err
		}
		if err := tx.InsertSchedule(meettest.Schedule(ben)); err != nil {
			return err
		}
		w.kind = meettest.MeetingType(w.host, func(m *meet.MeetingType) { m.AllowHostSelection = true })
		if err := tx.InsertMeetingType(w.kind); err != nil {
			return err
		}
		q = meettest.Queue(w.kind, []meet.UserID{w.host.ID, ben.ID}, func(q *meet.Queue) { q.Kind, q.Period = meet.SimpleRoundRobin, meet.PerMonth })
		w.kind.Queue = q.ID
		return tx.InsertQueue(q)
	})
	two := w.book(t, func(r *booking.Request) { r.Hosts = []meet.UserID{w.host.ID, ben.ID} })
	answer := w.get(w.manageLink(two).page())
	wants(t, answer, http.StatusOK, "<dd>Mia Hansen and Ben</dd>")
	if slices.Contains(offered(answer.Body.String()), "2027-03-03T17:00:00Z") || len(offered(answer.Body.String())) == 0 {
		t.Error("the page does not offer the office hours")
	}

	l := w.manageLink(w.book(t, func(r *booking.Request) { r.Start, r.Hosts = start.Add(2*time.Hour), []meet.UserID{w.host.ID} }))
	w.update(t, func(tx *store.Tx) error {
		q.Members = meet.Members([]meet.UserID{ben.ID}, tx.Now())
		return tx.UpdateQueue(q)
	})
	starts := offered(w.get(l.page()).Body.String())
	if len(starts) == 0 {
		t.Fatal("the page offers nothing of the queue")
	}
	wants(t, w.post(l, "reschedule", "start", starts[len(starts)-1]), http.StatusSeeOther)
	wants(t, w.get(l.page()), http.StatusOK, "<dd>Mia Hansen</dd>", "It was moved") // who is free stays
}
