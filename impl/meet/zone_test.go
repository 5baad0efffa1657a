package meet_test

import (
	"strings"
	"sync"
	"testing"
	_ "time/tzdata"

	"github.com/meetwright/meetwright/impl/meet"
)

func TestLoadZone(t *testing.T) {
	for _, name := range []string{
		"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "America/Port-au-Prince", "Etc/GMT+11", "EST5EDT",
		"Asia/Calcutta", "Europe/Kiev", "US/Pacific", "GB", // backward links
	} {
		first, err := meet.LoadZone(name)
		if err != nil {
			t.Errorf("LoadZone(%q): %v", name, err)
			continue
		}
		if first.String() != name {
			t.Errorf("LoadZone(%q) is called %q", name, first)
		}
		if second, _ := meet.LoadZone(name); second != first {
			t.Errorf("LoadZone(%q) was read twice", name)
		}
	}
}

func TestLoadZone_Refuses(t *testing.T) {
	for _, name := range []string{
		"", "Local", "localtime", "Mars/Olympus", "Berlin", "+02:00", "CEST",
		"europe/berlin", "Europe/berlin", "utc",
		"/UTC", "UTC/", "Europe//Berlin", "Europe/../UTC", "../UTC", "./UTC", `Europe\Berlin`, "Europe/Berlin\x00", " UTC",
		"Europe", "posix/UTC", "right/UTC", "posixrules", "zone.tab", "tzdata.zi",
		strings.Repeat("A", 1<<16),
	} {
		if loc, err := meet.LoadZone(name); err == nil {
			t.Errorf("LoadZone(%q) = %v, want an error", name, loc)
		} else if len(err.Error()) > 200 {
			t.Errorf("LoadZone repeats %d bytes of the name", len(err.Error()))
		}
	}
}

func TestLoadZone_Concurrent(t *testing.T) {
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for _, name := range []string{"Europe/Paris", "Asia/Tokyo", "Nowhere/Land"} {
				_, _ = meet.LoadZone(name) // the race detector is what listens
			}
		})
	}
	group.Wait()
}
