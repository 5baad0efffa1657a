package client

import (
	"context"
	"net/http"
)

// CreateUser creates a user who can be booked at once, with a schedule and a meeting type. Without Availability the hours are Monday to Friday 08:00 to 17:00 in the
// user's time zone, and without MeetingType it is a "30min Meeting" by phone. Only a platform key acting for an admin or owner may do this.
func (a *API) CreateUser(ctx context.Context, body UserCreate, opts ...Option) (*UserCreated, error) {
	req, err := NewCreateUserRequest(a.server, nil, body)
	return decode[UserCreated](a.do(ctx, "createUser", req, err, http.StatusCreated, opts))
}

// ListUsers lists the users of the company, Limit of them from Offset on. For admins and owners.
func (a *API) ListUsers(ctx context.Context, params ListUsersParams, opts ...Option) (*UserPage, error) {
	req, err := NewListUsersRequest(a.server, &params)
	return decode[UserPage](a.do(ctx, "listUsers", req, err, http.StatusOK, opts))
}

// GetCurrentUser gives the user the call acts as, and the company.
func (a *API) GetCurrentUser(ctx context.Context, opts ...Option) (*CurrentUser, error) {
	req, err := NewGetCurrentUserRequest(a.server, nil)
	return decode[CurrentUser](a.do(ctx, "getCurrentUser", req, err, http.StatusOK, opts))
}

// UpdateUser changes the given properties of a user and gives the user as it is then. At least one must be given. A slug that is taken is answered 409.
func (a *API) UpdateUser(ctx context.Context, userID string, body UserUpdate, opts ...Option) (*User, error) {
	id, err := parseID("userId", userID)
	if err != nil {
		return nil, err
	}
	req, err := NewUpdateUserRequest(a.server, id, nil, body)
	return decode[User](a.do(ctx, "updateUser", req, err, http.StatusOK, opts))
}

// DeleteUser deletes a user. Future appointments of the user are answered 409, unless ReassignTo names who takes them over.
func (a *API) DeleteUser(ctx context.Context, userID string, params DeleteUserParams, opts ...Option) error {
	id, err := parseID("userId", userID)
	if err != nil {
		return err
	}
	req, err := NewDeleteUserRequest(a.server, id, &params)
	_, err = a.do(ctx, "deleteUser", req, err, http.StatusNoContent, opts)
	return err
}
