package ical_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/ical"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// event returns an invitation, mutated by the functions.
func event(changes ...func(*ical.Event)) ical.Event {
	berlin := time.FixedZone("CEST", 2*60*60)
	e := ical.Event{
		Method:       ical.Request,
		UID:          "3f0c7a52-6d0e-4b7e-9a51-0d6c1a2b3c4d@meetwright.example",
		Stamp:        time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC),
		Created:      time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC),
		LastModified: time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC),
		Start:        time.Date(2026, 10, 20, 10, 0, 0, 0, berlin),
		End:          time.Date(2026, 10, 20, 10, 30, 0, 0, berlin),
		Summary:      "Intro: Ada Lovelace – Grace Hopper",
		Description:  "Agenda:\n1. Hello\n2. Questions; answers, too",
		Location:     "Room 3, Main St. 1",
		MeetingLink:  "https://meet.example/abc?pwd=1,2;3",
		Organizer:    ical.Person{Name: "Grace Hopper", Email: "grace@host.example"},
		Attendees: []ical.Person{
			{Name: "Ada Lovelace", Email: "ada@guest.example"},
			{Email: "brought.along@guest.example"},
			{Name: "Hopper, Jr.", Email: "junior@host.example", Accepted: true},
		},
	}
	for _, change := range changes {
		change(&e)
	}
	return e
}

func TestEvent_Text(t *testing.T) {
	for name, e := range map[string]ical.Event{
		"request": event(),
		"publish": event(func(e *ical.Event) { e.Method = ical.Publish }),
		"publish-cancelled": event(func(e *ical.Event) {
			e.Method, e.Cancelled = ical.Publish, true
		}),
		"reschedule": event(func(e *ical.Event) {
			e.Sequence = 1
			e.Stamp = e.Stamp.Add(time.Hour)
			e.LastModified = e.Stamp
			e.Start, e.End = e.Start.AddDate(0, 0, 7), e.End.AddDate(0, 0, 7)
		}),
		"cancel": event(func(e *ical.Event) {
			e.Method, e.Sequence = ical.Cancel, 2
		}),
		"phone-only": event(func(e *ical.Event) {
			e.Attendees = []ical.Person{{Name: "Ada Lovelace"}}
			e.MeetingLink, e.Location, e.Description = "", "+15551234567", ""
			e.Created, e.LastModified = time.Time{}, time.Time{}
		}),
		"unicode": event(func(e *ical.Event) {
			e.Summary = strings.Repeat("Größe ", 20)
			e.Description = strings.Repeat("🧑\u200d🚀会議の予定", 12)
			e.Attendees[0].Name = strings.Repeat("Ångström ", 10)
			e.Attendees[0].Email = "jürgen@bücher.example"
		}),
		"hostile": event(func(e *ical.Event) {
			e.UID = "uid\r\nMETHOD:CANCEL"
			e.Summary = "a\r\nATTENDEE:mailto:x@evil.example\x00\x1b[31m\u202e\u200b\ufeff\\;,\xff"
			e.Description = "one\rtwo\nthree\r\n\r\nEND:VEVENT\u2028\u0085\vBEGIN:VALARM\\n"
			e.Location = "\n\r\t "
			e.MeetingLink = "javascript:alert(1)"
			e.Organizer.Name = "Grace\" \r\n:mailto:x@evil.example;\\"
			e.Attendees = []ical.Person{
				{Name: "A^nB;ROLE=CHAIR:\"", Email: "o'neil+50%=tag@guest.example"},
				{Name: "line", Email: "x@evil.example\r\nSTATUS:CANCELLED"},
				{Name: "quote", Email: `"x y"@evil.example`},
				{Name: "two", Email: "x@evil.example,y@evil.example"},
				{Name: "blank", Email: "x y@evil.example"},
				{Name: "display", Email: "X <x@evil.example>"},
			}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			got := e.Text()
			wantLines(t, got)
			read(t, got)
			path := filepath.Join("testdata", name+".ics")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
}

// Ensure that every length of a line folds, at every place within a
// character, and that nothing is lost.
func TestEvent_Text_folding(t *testing.T) {
	for _, character := range []string{"a", "ü", "会", "🚀"} {
		for n := range 80 {
			summary := strings.Repeat("x", n) + strings.Repeat(character, 80)
			text := event(func(e *ical.Event) { e.Summary = summary }).Text()
			wantLines(t, text)
			if got := read(t, text).text("SUMMARY"); got != summary {
				t.Fatalf("summary = %q, want %q", got, summary)
			}
		}
	}
}

func TestEvent_Text_meetingLink(t *testing.T) {
	for given, want := range map[string]string{
		" https://meet.example/a b ":         "https://meet.example/a%20b",
		"HTTPS://bücher.example/?q=ä\"#x":    "HTTPS://b%C3%BCcher.example/?q=%C3%A4%22#x",
		"http://meet.example:8080/%20;a,b":   "http://meet.example:8080/%20;a,b",
		"https://meet.example/\r\nSUMMARY:x": "",
		"https://:443/":                      "",
		"meet.example/abc":                   "",
		"ftp://meet.example/":                "",
	} {
		o := read(t, event(func(e *ical.Event) { e.MeetingLink = given }).Text())
		if url, conference := o.text("URL"), o.text("CONFERENCE"); url != want || conference != want {
			t.Errorf("%q: URL = %q, CONFERENCE = %q, want %q", given, url, conference, want)
		}
	}
}

func TestMethod_ContentType(t *testing.T) {
	const want = "text/calendar; charset=utf-8; method=REQUEST"
	if got := ical.Request.ContentType(); got != want {
		t.Errorf("content type = %q, want %q", got, want)
	}
}
