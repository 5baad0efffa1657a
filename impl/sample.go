package impl

import (
	"context"
	"fmt"
	"time"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// SampleBooking returns a command line that books the demo's meeting type at
// the server of an address, at the first free start of the next two weeks,
// and works when it is pasted. A tenant of "" is the server's own world.
// found is false when there is nothing to book.
func (s *Service) SampleBooking(ctx context.Context, demo *fixture.Fixture, address, tenant string) (command string, found bool) {
	if demo.PersonalKey() == "" {
		return "", false
	}
	var start time.Time
	err := s.store.View(ctx, func(tx *store.Tx) error {
		list, err := booking.Slots(tx, demo.CompanyID(), booking.SlotQuery{
			Type: fixture.IntroID, Hosts: []meet.UserID{demo.Owner()},
			Range: meet.Range{Start: tx.Now().Add(time.Hour), End: tx.Now().AddDate(0, 0, 14)},
		})
		if err == nil && len(list.Slots) > 0 {
			start, found = list.Slots[0].Start, true
		}
		return err
	})
	if err != nil || !found { // another seed has no such type
		return "", false
	}
	world := ""
	if tenant != "" {
		world = fmt.Sprintf(" \\\n  -H \"X-Stub-Tenant: %s\"", tenant)
	}
	return fmt.Sprintf(`curl -X POST "%s/v4/booking" \
  -H "Authorization: Bearer %s" \
  -H "Content-Type: application/json"%s \
  -d '{
    "meetingTypeId": "%s",
    "start": "%s",
    "hostIds": ["%s"],
    "attendee": {
      "email": "client@example.com",
      "firstname": "Jane",
      "lastname": "Smith",
      "receiveReminders": true,
      "notes": {}
    }
  }'`, address, demo.PersonalKey(), world, fixture.IntroID, start.Format(time.RFC3339), demo.Owner()), true
}
