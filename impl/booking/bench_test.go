package booking_test

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// BenchmarkSlots measures a listing with all it reads from a database file.
// A type with limits tells its own bookings from others'.
func BenchmarkSlots(b *testing.B) {
	for _, size := range []struct{ hosts, bookings int }{{1, 500}, {100, 200}} {
		if testing.Short() {
			size.bookings /= 20
		}
		for _, limit := range []int{0, 20} {
			b.Run(fmt.Sprintf("hosts=%d/bookings=%d/perDay=%d", size.hosts, size.bookings, limit), func(b *testing.B) {
				s := open(b, slog.Default())
				m := busyTeam(b, s, size.hosts, size.bookings, func(t *meet.MeetingType) { t.MaxPerDay = limit })
				for b.Loop() {
					err := s.View(b.Context(), func(tx *store.Tx) error {
						found, err := booking.Slots(tx, m.kind.Company, booking.SlotQuery{Type: m.kind.ID, Queue: m.queue.ID, Range: month()})
						if len(found.Slots) == 0 {
							b.Error("no slots")
						}
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
