package impl

import (
	"context"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// CreateOneTimeLink makes a link by which a meeting type is booked once. Its
// id is its token: whoever has it can book.
func (s *Service) CreateOneTimeLink(ctx context.Context, r server.CreateOneTimeLinkRequestObject) (server.CreateOneTimeLinkResponseObject, error) {
	p := principal(ctx)
	link, name := uuid.NewString(), ""
	if r.Body != nil {
		name = meet.CleanLine(value(r.Body.Name))
	}
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.MeetingType(p.Company, id[meet.MeetingTypeID](r.MeetingTypeID))
		if err != nil {
			return err
		}
		return tx.InsertOneTimeLink(link, p.Company, t.ID, name)
	})
	return server.CreateOneTimeLink201JSONResponse{ID: link, Token: link, URL: s.pageURL("/one-time/" + link)}, err
}
