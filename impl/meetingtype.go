package impl

import (
	"context"

	"github.com/meetwright/meetwright/impl/directory"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// CreateMeetingType adds a meeting type, of the acting user unless another
// is named.
func (s *Service) CreateMeetingType(ctx context.Context, r server.CreateMeetingTypeRequestObject) (server.CreateMeetingTypeResponseObject, error) {
	p := principal(ctx)
	t := meet.MeetingType{
		Owner: p.User, Slug: value(r.Body.Slug), Enabled: true, Schedule: optionalID[meet.ScheduleID](r.Body.AvailabilityID),
		Settings: meet.Settings{Spots: 1, Reminders: meet.DefaultReminders()},
	}
	if r.Body.UserID != nil {
		t.Owner = id[meet.UserID](*r.Body.UserID)
	}
	if r.Body.QueueID != nil {
		return nil, errQueueHere
	}
	infoIn(&t.Settings, infoChange(r.Body.MeetingInfo))
	err := typeIn(&t, typeChange{
		enabled: r.Body.Enabled, spots: r.Body.Spots, interval: r.Body.TimeslotInterval, notice: r.Body.BookingMinimum,
		horizon: r.Body.DaysIntoFuture, locations: r.Body.Locations, metadata: r.Body.Metadata, options: r.Body.MeetingOptions,
		phoneOnly: r.Body.AllowPhoneOnlyBooking, form: r.Body.FormFields, ics: r.Body.ICS,
		internalNotes: r.Body.InternalNotes, workspace: optionalID[string](r.Body.WorkspaceID),
	})
	if err != nil {
		return nil, err
	}
	var out server.MeetingType
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		added, err := directory.AddType(tx, p, t)
		if err != nil {
			return err
		}
		out, err = s.typeOut(tx, added)
		return err
	})
	return server.CreateMeetingType201JSONResponse(out), err
}

var errQueueHere = meet.Refuse(meet.CodeInvalid, "queueId cannot be set here; give the meeting type a queue with PATCH /v4/queue/meeting-type/{meetingTypeId}")

// ListMeetingTypes answers those of the company to admins, to members their
// own.
func (s *Service) ListMeetingTypes(ctx context.Context, _ server.ListMeetingTypesRequestObject) (server.ListMeetingTypesResponseObject, error) {
	p := principal(ctx)
	owner := p.User
	if p.IsAdmin() {
		owner = ""
	}
	var list server.MeetingTypeList
	err := s.store.View(ctx, func(tx *store.Tx) error {
		types, err := tx.MeetingTypes(p.Company, owner)
		if err != nil {
			return err
		}
		list, err = s.typesOut(tx, types)
		return err
	})
	return server.ListMeetingTypes200JSONResponse(list), err
}

// GetMeetingType answers a meeting type of the company.
func (s *Service) GetMeetingType(ctx context.Context, r server.GetMeetingTypeRequestObject) (server.GetMeetingTypeResponseObject, error) {
	p := principal(ctx)
	var out server.MeetingType
	err := s.store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.MeetingType(p.Company, id[meet.MeetingTypeID](r.ID))
		if err != nil {
			return err
		}
		if !p.IsAdmin() && p.User != t.Owner {
			t.InternalNotes, t.Password = "", "" // are the owner's
		}
		out, err = s.typeOut(tx, t)
		return err
	})
	return server.GetMeetingType200JSONResponse(out), err
}

// UpdateMeetingType merges the given properties into a meeting type; arrays
// are replaced.
func (s *Service) UpdateMeetingType(ctx context.Context, r server.UpdateMeetingTypeRequestObject) (server.UpdateMeetingTypeResponseObject, error) {
	if r.Body.QueueID != nil {
		return nil, errQueueHere
	}
	var out server.MeetingType
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		t, err := directory.ChangeType(tx, principal(ctx), id[meet.MeetingTypeID](r.ID), func(t *meet.MeetingType) error {
			set(&t.Slug, r.Body.Slug)
			if r.Body.UserID != nil {
				t.Owner = id[meet.UserID](*r.Body.UserID)
			}
			if r.Body.AvailabilityID.IsSet() {
				schedule, _ := r.Body.AvailabilityID.Get()
				t.Schedule = ""
				if !r.Body.AvailabilityID.IsNull() {
					t.Schedule = id[meet.ScheduleID](schedule)
				}
			}
			if r.Body.MeetingInfo != nil {
				infoIn(&t.Settings, *r.Body.MeetingInfo)
			}
			return typeIn(t, typeChange{
				enabled: r.Body.Enabled, spots: r.Body.Spots, interval: r.Body.TimeslotInterval, notice: r.Body.BookingMinimum,
				horizon: r.Body.DaysIntoFuture, locations: r.Body.Locations, metadata: r.Body.Metadata, options: r.Body.MeetingOptions,
				phoneOnly: r.Body.AllowPhoneOnlyBooking, form: r.Body.FormFields, ics: r.Body.ICS,
				internalNotes: r.Body.InternalNotes, workspace: optionalID[string](r.Body.WorkspaceID),
			})
		})
		if err != nil {
			return err
		}
		out, err = s.typeOut(tx, t)
		return err
	})
	return server.UpdateMeetingType200JSONResponse(out), err
}

// DeleteMeetingType ends a meeting type; its appointments stay.
func (s *Service) DeleteMeetingType(ctx context.Context, r server.DeleteMeetingTypeRequestObject) (server.DeleteMeetingTypeResponseObject, error) {
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		return directory.RemoveType(tx, principal(ctx), id[meet.MeetingTypeID](r.ID))
	})
	return server.DeleteMeetingType204Response{}, err
}
