package impl

import (
	"context"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/directory"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// GetQueue answers a queue with what its members were given.
func (s *Service) GetQueue(ctx context.Context, r server.GetQueueRequestObject) (server.GetQueueResponseObject, error) {
	var out server.Queue
	err := s.store.View(ctx, func(tx *store.Tx) error {
		q, err := booking.LoadQueue(tx, principal(ctx).Company, id[meet.QueueID](r.ID))
		if err != nil {
			return err
		}
		out, err = queueOut(tx, q)
		return err
	})
	return server.GetQueue200JSONResponse(out), err
}

// GetNextQueueHosts answers the members of a queue in the order of their
// turn.
func (s *Service) GetNextQueueHosts(ctx context.Context, r server.GetNextQueueHostsRequestObject) (server.GetNextQueueHostsResponseObject, error) {
	var out server.NextQueueHosts
	err := s.store.View(ctx, func(tx *store.Tx) error {
		company := principal(ctx).Company
		members, err := booking.Next(tx, company, id[meet.QueueID](r.ID))
		if err != nil {
			return err
		}
		users, err := queueUsers(tx, company, members)
		if err != nil {
			return err
		}
		out.NextHosts = []server.NextHost{}
		next := func(id meet.UserID) server.NextUser {
			u := users[id]
			return server.NextUser{ID: string(u.ID), GivenName: u.GivenName, FamilyName: u.FamilyName}
		}
		for _, m := range members {
			var host server.NextHost
			if m.Group == "" {
				err = host.FromNextUser(next(m.User))
			} else {
				group := server.NextGroup{GroupID: string(m.Group), Name: m.Name, Users: make([]server.NextUser, len(m.Users))}
				for i, id := range m.Users {
					group.Users[i] = next(id)
				}
				err = host.FromNextGroup(group)
			}
			if err != nil {
				return err
			}
			out.NextHosts = append(out.NextHosts, host)
		}
		return nil
	})
	return server.GetNextQueueHosts200JSONResponse(out), err
}

// ListWorkspaceQueues answers the queues of a workspace's meeting types.
func (s *Service) ListWorkspaceQueues(ctx context.Context, r server.ListWorkspaceQueuesRequestObject) (server.ListWorkspaceQueuesResponseObject, error) {
	p := principal(ctx)
	out := server.QueueList{}
	err := s.store.View(ctx, func(tx *store.Tx) error {
		types, err := tx.MeetingTypes(p.Company, "")
		if err != nil {
			return err
		}
		for _, t := range types {
			if t.Queue == "" || t.Workspace != r.WorkspaceID.String() {
				continue
			}
			q, err := booking.LoadQueue(tx, p.Company, t.Queue)
			if err != nil {
				return err
			}
			one, err := queueOut(tx, q)
			if err != nil {
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	return server.ListWorkspaceQueues200JSONResponse(out), err
}

// UpdateMeetingTypeQueue changes the queue of a meeting type, or gives it
// one.
func (s *Service) UpdateMeetingTypeQueue(ctx context.Context, r server.UpdateMeetingTypeQueueRequestObject) (server.UpdateMeetingTypeQueueResponseObject, error) {
	b := r.Body
	c := directory.QueueChange{
		Kind: (*meet.QueueKind)(b.Type), Period: (*meet.Period)(b.DistributionPeriod), MaxLead: b.MaxLeadThreshold,
		NearTerm: b.PrioritizeNearTermAvailability, Toggle: optionalID[meet.UserID](b.UserID),
		Priorities: map[meet.UserID]int{}, Capacities: map[meet.UserID]int{}, Links: map[meet.UserID]string{},
	}
	if b.CalculationMethod != nil {
		c.Everyone = ptr(*b.CalculationMethod == server.CalculationMethodEveryone)
	}
	if b.UserIDs != nil {
		c.Users = ids[meet.UserID](b.UserIDs)
	}
	for _, p := range b.UserPriorities {
		c.Priorities[id[meet.UserID](p.UserID)] = p.Priority
	}
	for _, u := range b.UserCapacities {
		c.Capacities[id[meet.UserID](u.UserID)] = u.Capacity
	}
	for _, l := range b.UserCustomLinks {
		c.Links[id[meet.UserID](l.UserID)] = l.Link
	}
	var out server.Queue
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		q, err := directory.ChangeQueue(tx, principal(ctx), id[meet.MeetingTypeID](r.MeetingTypeID), c)
		if err != nil {
			return err
		}
		out, err = queueOut(tx, q)
		return err
	})
	return server.UpdateMeetingTypeQueue200JSONResponse(out), err
}

// CreateQueueUserGroup adds a group of users who host together to a queue.
func (s *Service) CreateQueueUserGroup(ctx context.Context, r server.CreateQueueUserGroupRequestObject) (server.CreateQueueUserGroupResponseObject, error) {
	capacity := 1
	set(&capacity, r.Body.Capacity)
	queue := id[meet.QueueID](r.Body.QueueID)
	var m meet.QueueMember
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		m, err = directory.AddGroup(tx, principal(ctx), queue, r.Body.Name, ids[meet.UserID](r.Body.UserIDs), capacity)
		return err
	})
	return server.CreateQueueUserGroup201JSONResponse(groupOut(queue, m)), err
}

// queueUsers loads the users of a queue and its groups.
func queueUsers(tx *store.Tx, company meet.CompanyID, members []meet.QueueMember) (map[meet.UserID]meet.User, error) {
	var all []meet.UserID
	for _, m := range members {
		all = append(all, m.Hosts()...)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return byID(all, func(ids []meet.UserID) ([]meet.User, error) { return tx.UsersByID(company, ids) },
		func(u meet.User) meet.UserID { return u.ID })
}

func queueOut(tx *store.Tx, q meet.Queue) (server.Queue, error) {
	out := server.Queue{
		ID: string(q.ID), MeetingTypeID: string(q.Type), Type: server.QueueType(q.Kind), DistributionPeriod: server.DistributionPeriod(q.Period),
		MaxLeadThreshold: omitZero(q.MaxLead), PrioritizeNearTermAvailability: q.NearTerm, CalculationMethod: server.CalculationMethodAnyone,
		Users: []server.QueueUser{}, UserGroups: []server.QueueUserGroup{}, UserCapacities: []server.UserCapacity{},
		UserPriorities: []server.UserPriority{}, UserCustomLinks: []server.UserCustomLink{},
	}
	if q.Everyone {
		out.CalculationMethod = server.CalculationMethodEveryone
	}
	users, err := queueUsers(tx, q.Company, q.Members)
	if err != nil {
		return out, err
	}
	for _, m := range q.Members {
		if m.Group != "" {
			out.UserGroups = append(out.UserGroups, groupOut(q.ID, m))
			continue
		}
		u := users[m.User]
		out.Users = append(out.Users, server.QueueUser{
			ID: string(u.ID), GivenName: u.GivenName, FamilyName: u.FamilyName, Position: m.Position, Priority: m.Priority,
			Capacity: m.Capacity, AssignedCount: m.Count, LastAssignedAt: instantOrNull(m.LastAt),
		})
		out.UserCapacities = append(out.UserCapacities, server.UserCapacity{UserID: string(u.ID), Capacity: m.Capacity})
		out.UserPriorities = append(out.UserPriorities, server.UserPriority{UserID: string(u.ID), Priority: m.Priority})
		if m.Link != "" {
			out.UserCustomLinks = append(out.UserCustomLinks, server.UserCustomLink{UserID: string(u.ID), Link: m.Link})
		}
	}
	return out, nil
}

func groupOut(queue meet.QueueID, m meet.QueueMember) server.QueueUserGroup {
	return server.QueueUserGroup{
		ID: string(m.Group), QueueID: string(queue), Name: m.Name, Capacity: m.Capacity, UserIDs: words(m.Users),
		AssignedCount: &m.Count, LastAssignedAt: instantOrNull(m.LastAt),
	}
}

// choiceOut tells how a queue chose.
func choiceOut(t booking.Trace) *server.QueueBookingInfo {
	out := server.QueueBookingInfo{UserIDs: words(t.Users), GroupID: orNull(t.Group), SelectionReason: orNull(t.Reason)}
	for _, c := range t.Candidates {
		out.Candidates = append(out.Candidates, server.QueueCandidate{
			MemberID: c.Member, IsFree: c.Free, IsHidden: c.Hidden, Priority: c.Priority, AssignedCount: c.Count,
			Share: c.Share, LastAssignedAt: instantOrNull(c.LastAt), Position: c.Position,
		})
	}
	return &out
}
