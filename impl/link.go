package impl

import (
	"context"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// CreateOneTimeLink makes a link by which a meeting type is booked once. The
// link is its id: whoever has it can book.
func (s *Service) CreateOneTimeLink(ctx context.Context, r server.CreateOneTimeLinkRequestObject) (server.CreateOneTimeLinkResponseObject, error) {
	p := principal(ctx)
	link, name := uuid.NewString(), ""
	if r.Body != nil {
		name = meet.CleanLine(value(r.Body.Name))
	}
	var t server.MeetingType
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		found, err := tx.MeetingType(p.Company, id[meet.MeetingTypeID](r.MeetingTypeID))
		if err != nil {
			return err
		}
		if t, err = s.typeOut(tx, found); err != nil {
			return err
		}
		return tx.InsertOneTimeLink(link, p.Company, found.ID, name)
	})
	return server.CreateOneTimeLink201JSONResponse{ID: link, Token: link, URL: t.BookingURL + "?link=" + link}, err
}
