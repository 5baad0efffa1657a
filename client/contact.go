package client

import (
	"context"
	"net/http"
)

// ListContacts lists contacts page by page, each with its appointments. Pages are counted from 1.
func (a *API) ListContacts(ctx context.Context, params ListContactsParams, opts ...Option) (*ContactPage, error) {
	req, err := NewListContactsRequest(a.server, &params)
	return decode[ContactPage](a.do(ctx, "listContacts", req, err, http.StatusOK, opts))
}

// CreateContact creates a contact. Email or PhoneNumber must be given.
func (a *API) CreateContact(ctx context.Context, body ContactCreate, opts ...Option) (*ContactItem, error) {
	req, err := NewCreateContactRequest(a.server, nil, body)
	return decode[ContactItem](a.do(ctx, "createContact", req, err, http.StatusCreated, opts))
}

// GetContactDetails gives one contact, by its own id or by the id of an attendee. One of the two must be given.
func (a *API) GetContactDetails(ctx context.Context, params GetContactDetailsParams, opts ...Option) (*ContactItem, error) {
	req, err := NewGetContactDetailsRequest(a.server, &params)
	return decode[ContactItem](a.do(ctx, "getContactDetails", req, err, http.StatusOK, opts))
}

// UpdateContact changes the given properties of a contact and gives it as it is then. Tags replaces the list.
func (a *API) UpdateContact(ctx context.Context, contactID string, body ContactUpdate, opts ...Option) (*ContactItem, error) {
	id, err := parseID("contactId", contactID)
	if err != nil {
		return nil, err
	}
	req, err := NewUpdateContactRequest(a.server, id, nil, body)
	return decode[ContactItem](a.do(ctx, "updateContact", req, err, http.StatusOK, opts))
}

// DeleteContact deletes a contact. The appointments of the person stay.
func (a *API) DeleteContact(ctx context.Context, contactID string, opts ...Option) error {
	id, err := parseID("contactId", contactID)
	if err != nil {
		return err
	}
	req, err := NewDeleteContactRequest(a.server, id, nil)
	_, err = a.do(ctx, "deleteContact", req, err, http.StatusNoContent, opts)
	return err
}

// ImportContacts creates up to 1000 contacts, all or none. Each needs Email or PhoneNumber; one whose email or phone number is known already is updated.
func (a *API) ImportContacts(ctx context.Context, body ContactImport, opts ...Option) (*ContactImportResult, error) {
	req, err := NewImportContactsRequest(a.server, nil, body)
	return decode[ContactImportResult](a.do(ctx, "importContacts", req, err, http.StatusCreated, opts))
}
