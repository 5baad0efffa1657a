package client

import (
	"context"
	"net/http"
)

// GetQueue gives one queue with its members and how many bookings each was given in the current period.
func (a *API) GetQueue(ctx context.Context, queueID string, opts ...Option) (*Queue, error) {
	id, err := parseID("queueId", queueID)
	if err != nil {
		return nil, err
	}
	req, err := NewGetQueueRequest(a.server, id, nil)
	return decode[Queue](a.do(ctx, "getQueue", req, err, http.StatusOK, opts))
}

// GetNextQueueHosts gives the members of a queue in the order in which they would be given a booking that all of them could take. SplitNextHost tells users from
// groups.
func (a *API) GetNextQueueHosts(ctx context.Context, queueID string, opts ...Option) (*NextQueueHosts, error) {
	id, err := parseID("queueId", queueID)
	if err != nil {
		return nil, err
	}
	req, err := NewGetNextQueueHostsRequest(a.server, id, nil)
	return decode[NextQueueHosts](a.do(ctx, "getNextQueueHosts", req, err, http.StatusOK, opts))
}

// ListWorkspaceQueues lists the queues of the meeting types in a workspace.
func (a *API) ListWorkspaceQueues(ctx context.Context, workspaceID string, opts ...Option) ([]Queue, error) {
	id, err := parseID("workspaceId", workspaceID)
	if err != nil {
		return nil, err
	}
	req, err := NewListWorkspaceQueuesRequest(a.server, id, nil)
	return decodeList[Queue](a.do(ctx, "listWorkspaceQueues", req, err, http.StatusOK, opts))
}

// UpdateMeetingTypeQueue changes the given properties of a meeting type's queue and gives the queue as it is then. A meeting type without a queue gets one. UserID
// adds a member or removes one who is there; UserIDs sets exactly these members in this order.
func (a *API) UpdateMeetingTypeQueue(ctx context.Context, meetingTypeID string, body QueueUpdate, opts ...Option) (*Queue, error) {
	id, err := parseID("meetingTypeId", meetingTypeID)
	if err != nil {
		return nil, err
	}
	req, err := NewUpdateMeetingTypeQueueRequest(a.server, id, nil, body)
	return decode[Queue](a.do(ctx, "updateMeetingTypeQueue", req, err, http.StatusOK, opts))
}

// CreateQueueUserGroup creates a group of users who host together, and makes it a member of the queue. All its users must be free for the group to be booked.
func (a *API) CreateQueueUserGroup(ctx context.Context, body QueueUserGroupCreate, opts ...Option) (*QueueUserGroup, error) {
	req, err := NewCreateQueueUserGroupRequest(a.server, nil, body)
	return decode[QueueUserGroup](a.do(ctx, "createQueueUserGroup", req, err, http.StatusCreated, opts))
}
