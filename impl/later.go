package impl

import (
	"context"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/server"
)

// errNotYet answers the operations of the contract that this version does
// not serve.
var errNotYet = meet.Refuse(meet.CodeNotImplemented, "This server does not offer this operation yet")

// ListContacts is not served yet.
func (s *Service) ListContacts(context.Context, server.ListContactsRequestObject) (server.ListContactsResponseObject, error) {
	return nil, errNotYet
}

// CreateContact is not served yet.
func (s *Service) CreateContact(context.Context, server.CreateContactRequestObject) (server.CreateContactResponseObject, error) {
	return nil, errNotYet
}

// ImportContacts is not served yet.
func (s *Service) ImportContacts(context.Context, server.ImportContactsRequestObject) (server.ImportContactsResponseObject, error) {
	return nil, errNotYet
}

// GetContactDetails is not served yet.
func (s *Service) GetContactDetails(context.Context, server.GetContactDetailsRequestObject) (server.GetContactDetailsResponseObject, error) {
	return nil, errNotYet
}

// DeleteContact is not served yet.
func (s *Service) DeleteContact(context.Context, server.DeleteContactRequestObject) (server.DeleteContactResponseObject, error) {
	return nil, errNotYet
}

// UpdateContact is not served yet.
func (s *Service) UpdateContact(context.Context, server.UpdateContactRequestObject) (server.UpdateContactResponseObject, error) {
	return nil, errNotYet
}

// SendQuickMail is not served yet.
func (s *Service) SendQuickMail(context.Context, server.SendQuickMailRequestObject) (server.SendQuickMailResponseObject, error) {
	return nil, errNotYet
}

// ListCalendarConnections is not served yet.
func (s *Service) ListCalendarConnections(context.Context, server.ListCalendarConnectionsRequestObject) (server.ListCalendarConnectionsResponseObject, error) {
	return nil, errNotYet
}

// CreateCalendarConnection is not served yet.
func (s *Service) CreateCalendarConnection(context.Context, server.CreateCalendarConnectionRequestObject) (server.CreateCalendarConnectionResponseObject, error) {
	return nil, errNotYet
}

// DeleteCalendarConnection is not served yet.
func (s *Service) DeleteCalendarConnection(context.Context, server.DeleteCalendarConnectionRequestObject) (server.DeleteCalendarConnectionResponseObject, error) {
	return nil, errNotYet
}

// UpdateCalendarConnection is not served yet.
func (s *Service) UpdateCalendarConnection(context.Context, server.UpdateCalendarConnectionRequestObject) (server.UpdateCalendarConnectionResponseObject, error) {
	return nil, errNotYet
}

// SyncCalendarConnection is not served yet.
func (s *Service) SyncCalendarConnection(context.Context, server.SyncCalendarConnectionRequestObject) (server.SyncCalendarConnectionResponseObject, error) {
	return nil, errNotYet
}

// CreateOneTimeLink is not served yet.
func (s *Service) CreateOneTimeLink(context.Context, server.CreateOneTimeLinkRequestObject) (server.CreateOneTimeLinkResponseObject, error) {
	return nil, errNotYet
}

// ListProvisionalBookings is not served yet.
func (s *Service) ListProvisionalBookings(context.Context, server.ListProvisionalBookingsRequestObject) (server.ListProvisionalBookingsResponseObject, error) {
	return nil, errNotYet
}

// ApproveProvisionalBooking is not served yet.
func (s *Service) ApproveProvisionalBooking(context.Context, server.ApproveProvisionalBookingRequestObject) (server.ApproveProvisionalBookingResponseObject, error) {
	return nil, errNotYet
}

// ConfirmProvisionalBooking is not served yet.
func (s *Service) ConfirmProvisionalBooking(context.Context, server.ConfirmProvisionalBookingRequestObject) (server.ConfirmProvisionalBookingResponseObject, error) {
	return nil, errNotYet
}

// DeclineProvisionalBooking is not served yet.
func (s *Service) DeclineProvisionalBooking(context.Context, server.DeclineProvisionalBookingRequestObject) (server.DeclineProvisionalBookingResponseObject, error) {
	return nil, errNotYet
}

// CreateQueueUserGroup is not served yet.
func (s *Service) CreateQueueUserGroup(context.Context, server.CreateQueueUserGroupRequestObject) (server.CreateQueueUserGroupResponseObject, error) {
	return nil, errNotYet
}

// UpdateMeetingTypeQueue is not served yet.
func (s *Service) UpdateMeetingTypeQueue(context.Context, server.UpdateMeetingTypeQueueRequestObject) (server.UpdateMeetingTypeQueueResponseObject, error) {
	return nil, errNotYet
}

// ListWorkspaceQueues is not served yet.
func (s *Service) ListWorkspaceQueues(context.Context, server.ListWorkspaceQueuesRequestObject) (server.ListWorkspaceQueuesResponseObject, error) {
	return nil, errNotYet
}

// GetQueue is not served yet.
func (s *Service) GetQueue(context.Context, server.GetQueueRequestObject) (server.GetQueueResponseObject, error) {
	return nil, errNotYet
}

// GetNextQueueHosts is not served yet.
func (s *Service) GetNextQueueHosts(context.Context, server.GetNextQueueHostsRequestObject) (server.GetNextQueueHostsResponseObject, error) {
	return nil, errNotYet
}

// ListWebhooks is not served yet.
func (s *Service) ListWebhooks(context.Context, server.ListWebhooksRequestObject) (server.ListWebhooksResponseObject, error) {
	return nil, errNotYet
}

// CreateWebhook is not served yet.
func (s *Service) CreateWebhook(context.Context, server.CreateWebhookRequestObject) (server.CreateWebhookResponseObject, error) {
	return nil, errNotYet
}

// DeleteWebhook is not served yet.
func (s *Service) DeleteWebhook(context.Context, server.DeleteWebhookRequestObject) (server.DeleteWebhookResponseObject, error) {
	return nil, errNotYet
}

// UpdateWebhook is not served yet.
func (s *Service) UpdateWebhook(context.Context, server.UpdateWebhookRequestObject) (server.UpdateWebhookResponseObject, error) {
	return nil, errNotYet
}

// ListWebhookDeliveries is not served yet.
func (s *Service) ListWebhookDeliveries(context.Context, server.ListWebhookDeliveriesRequestObject) (server.ListWebhookDeliveriesResponseObject, error) {
	return nil, errNotYet
}

// RedeliverWebhookDelivery is not served yet.
func (s *Service) RedeliverWebhookDelivery(context.Context, server.RedeliverWebhookDeliveryRequestObject) (server.RedeliverWebhookDeliveryResponseObject, error) {
	return nil, errNotYet
}

// TestWebhook is not served yet.
func (s *Service) TestWebhook(context.Context, server.TestWebhookRequestObject) (server.TestWebhookResponseObject, error) {
	return nil, errNotYet
}
