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
