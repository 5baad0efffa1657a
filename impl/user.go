package impl

import (
	"context"
	"net/url"

	"github.com/meetwright/meetwright/impl/directory"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// CreateUser adds a user who can be booked at once.
func (s *Service) CreateUser(ctx context.Context, r server.CreateUserRequestObject) (server.CreateUserResponseObject, error) {
	profile := directory.Profile{
		Email: r.Body.Email, GivenName: r.Body.GivenName, FamilyName: r.Body.FamilyName, Zone: r.Body.Timezone,
	}
	if a := r.Body.Availability; a != nil {
		profile.ScheduleName, profile.ScheduleZone = value(a.Name), value(a.Timezone)
		if a.Schedule != nil {
			hours := meet.Hours{}
			weekIn(&hours, a.Schedule)
			profile.Hours = &hours
		}
	}
	if t := r.Body.MeetingType; t != nil {
		profile.TypeName, profile.TypeSlug = value(t.Name), value(t.Slug)
		profile.Duration, profile.TypeChannel = minutes(value(t.Duration)), meet.Channel(value(t.Channel))
	}
	var n directory.Newcomer
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		n, err = directory.AddUser(tx, principal(ctx), profile)
		return err
	})
	return server.CreateUser201JSONResponse{
		UserID: string(n.User.ID), AvailabilityID: string(n.Schedule.ID), MeetingTypeID: string(n.Type.ID),
		BookingURL: s.bookingURL(n.User.Slug, n.Type.Slug), CompanyID: string(n.User.Company),
	}, err
}

// defaultPage is how many users a list has that asks for no limit.
const defaultPage = 50

// ListUsers answers a page of the company's users, to admins.
func (s *Service) ListUsers(ctx context.Context, r server.ListUsersRequestObject) (server.ListUsersResponseObject, error) {
	p := principal(ctx)
	if !p.IsAdmin() {
		return nil, meet.Refuse(meet.CodeForbidden, "Only an admin or the owner of the company may list users")
	}
	page := server.UserPage{Limit: defaultPage, Offset: value(r.Params.Offset)}
	set(&page.Limit, r.Params.Limit)
	err := s.store.View(ctx, func(tx *store.Tx) error {
		users, total, err := tx.Users(p.Company, meet.Role(value(r.Params.UserType)), page.Limit, page.Offset)
		page.Total = total
		page.Users = make([]server.User, len(users))
		for i, u := range users {
			page.Users[i] = s.userOut(u)
		}
		return err
	})
	return server.ListUsers200JSONResponse(page), err
}

// GetCurrentUser answers the acting user with the company.
func (s *Service) GetCurrentUser(ctx context.Context, _ server.GetCurrentUserRequestObject) (server.GetCurrentUserResponseObject, error) {
	p := principal(ctx)
	var user meet.User
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		user, err = tx.User(p.Company, p.User)
		return err
	})
	u := s.userOut(user)
	return server.GetCurrentUser200JSONResponse{
		ID: u.ID, Email: u.Email, GivenName: u.GivenName, FamilyName: u.FamilyName, FullName: u.FullName, Slug: u.Slug,
		Picture: u.Picture, Language: u.Language, Timezone: u.Timezone, UserType: u.UserType, BookingURL: u.BookingURL,
		CompanyID: u.CompanyID, CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt,
		Company: server.Company{ID: u.CompanyID, Tier: "self-hosted", FeatureAccess: server.FeatureAccess{}},
	}, err
}

// UpdateUser changes names and slug of a user.
func (s *Service) UpdateUser(ctx context.Context, r server.UpdateUserRequestObject) (server.UpdateUserResponseObject, error) {
	var user meet.User
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		user, err = directory.ChangeUser(tx, principal(ctx), id[meet.UserID](r.ID), directory.UserChange{
			GivenName: r.Body.GivenName, FamilyName: r.Body.FamilyName, Slug: r.Body.Slug,
		})
		return err
	})
	return server.UpdateUser200JSONResponse(s.userOut(user)), err
}

// DeleteUser takes a user out of the company.
func (s *Service) DeleteUser(ctx context.Context, r server.DeleteUserRequestObject) (server.DeleteUserResponseObject, error) {
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		return directory.RemoveUser(tx, principal(ctx), id[meet.UserID](r.ID), optionalID[meet.UserID](r.Params.ReassignTo))
	})
	s.credentials.Forget()
	return server.DeleteUser204Response{}, err
}

func (s *Service) userOut(u meet.User) server.User {
	return server.User{
		ID: string(u.ID), Email: u.Email, GivenName: u.GivenName, FamilyName: u.FamilyName, FullName: u.FullName(), Slug: u.Slug,
		Picture: orNull(u.Picture), Language: orNull(u.Language), Timezone: u.Zone, UserType: server.UserType(u.Role),
		BookingURL: s.bookingURL(u.Slug, ""), CompanyID: string(u.Company),
		CreatedAt: instant(u.CreatedAt), UpdatedAt: instant(u.UpdatedAt),
	}
}

// bookingURL is the address of a booking page.
func (s *Service) bookingURL(user, meetingType string) string {
	if meetingType == "" {
		return s.pageURL("/" + user)
	}
	return s.pageURL("/" + user + "/" + meetingType)
}

// pageURL is the address of a page.
func (s *Service) pageURL(path string) string {
	address := s.publicURL + path
	if s.tenant != "" {
		address += "?tenant=" + url.QueryEscape(s.tenant)
	}
	return address
}
