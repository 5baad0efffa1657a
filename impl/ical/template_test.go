package ical_test

import (
	"fmt"
	"testing"

	"github.com/meetwright/meetwright/impl/ical"
)

func ExampleExpand() {
	fmt.Println(ical.Expand(ical.DefaultSummary, ical.Values{
		MeetingName:   "Intro",
		HostFullname:  "Grace Hopper",
		GuestFullname: "Ada Lovelace",
	}))
	// Output: Intro: Ada Lovelace – Grace Hopper
}

func TestExpand(t *testing.T) {
	values := ical.Values{
		MeetingName:   "Intro",
		MeetingVenue:  "Room 3",
		HostFullname:  "Grace",
		GuestFullname: "{!M.Guest.Email}",
		GuestEmail:    "ada@guest.example",
		GuestPhone:    "+15551234567",
	}
	for _, test := range []struct{ name, template, want string }{
		{"every placeholder",
			"{!M.Meeting.Name}|{!M.Meeting.Venue}|{!M.Host.Fullname}|{!M.Guest.Email}|{!M.Guest.Phone}",
			"Intro|Room 3|Grace|ada@guest.example|+15551234567"},
		{"a value is not expanded again", "{!M.Guest.Fullname}", "{!M.Guest.Email}"},
		{"nor what it makes with its surroundings",
			"{!M.{!M.Meeting.Name}.Name}", "{!M.Intro.Name}"},
		{"a placeholder twice", "{!M.Host.Fullname}{!M.Host.Fullname}", "GraceGrace"},
		{"unknown ones stay", "{!M.Guest.Age} {!m.host.fullname} {!M.Host.Fullname",
			"{!M.Guest.Age} {!m.host.fullname} {!M.Host.Fullname"},
		{"empty", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := ical.Expand(test.template, values); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
