package booking_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure that the number of reads depends neither on the hosts nor on their
// bookings.
func TestSlots_Reads(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*meet.MeetingType){
		"plain":       func(*meet.MeetingType) {},
		"with limits": func(t *meet.MeetingType) { t.MaxPerDay, t.MaxPerWeek = 5, 10 },
		"for groups":  func(t *meet.MeetingType) { t.Spots = 10 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []struct{ hosts, bookings int }{{1, 0}, {1, 5}, {20, 5}} {
				var log bytes.Buffer
				s := open(t, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
				m := busyTeam(t, s, size.hosts, size.bookings, change)
				log.Reset()
				err := s.View(t.Context(), func(tx *store.Tx) error {
					_, err := booking.Slots(tx, m.kind.Company, booking.SlotQuery{Type: m.kind.ID, Queue: m.queue.ID, Range: month()})
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Count(log.String(), "msg=statement"); got != 3 {
					t.Errorf("%d hosts with %d bookings: %d reads\n%s", size.hosts, size.bookings, got, &log)
				}
			}
		})
	}
}
