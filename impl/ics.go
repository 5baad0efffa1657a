package impl

import (
	"context"
	"strings"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// GetAppointmentICS answers an appointment as a calendar file.
func (s *Service) GetAppointmentICS(ctx context.Context, r server.GetAppointmentICSRequestObject) (server.GetAppointmentICSResponseObject, error) {
	p := principal(ctx)
	var text string
	err := s.store.View(ctx, func(tx *store.Tx) error {
		b, err := booking.Get(tx, p, id[meet.BookingID](r.ID))
		if err != nil {
			return err
		}
		out, err := appointmentOut(tx, p, b)
		text = value(out.ICS)
		return err
	})
	return server.GetAppointmentICS200TextCalendarResponse{Body: strings.NewReader(text), ContentLength: int64(len(text))}, err
}
