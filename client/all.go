package client

import (
	"context"
	"errors"
	"iter"
)

// pageSize is how many items All methods ask for at once when the parameters do not say.
const pageSize = 100

// AllAppointments lists every appointment that ListAppointments would, from params.Page on, and asks for the pages as they are needed. The iteration ends after the first
// error, which comes with an empty appointment. Without SortBy they come in the order in which they were booked, so that those booked meanwhile come last.
//
// No appointment comes twice, and those that leave the list meanwhile, because the loop cancels them for instance, hide no others.
func (a *API) AllAppointments(ctx context.Context, params ListAppointmentsParams, opts ...Option) iter.Seq2[Appointment, error] {
	if params.PageSize == 0 {
		params.PageSize = pageSize
	}
	if params.SortBy == nil {
		params.SortBy = new(AppointmentSortAppointmentCreatedAt)
		if params.SortDirection == nil {
			params.SortDirection = new(SortDirectionASC)
		}
	}
	first := params.Page
	return all(params.PageSize, func(n int) ([]Appointment, int, error) {
		params := params
		params.Page = first + n
		page, err := a.ListAppointments(ctx, params, opts...)
		if err != nil {
			return nil, 0, err
		}
		return page.Appointments, page.Total - first*params.PageSize, nil
	}, func(item Appointment) string { return item.ID })
}

// AllProvisionalBookings lists every provisional booking that ListProvisionalBookings would, as AllAppointments does, in the order of the server.
func (a *API) AllProvisionalBookings(ctx context.Context, params ListProvisionalBookingsParams, opts ...Option) iter.Seq2[ProvisionalBooking, error] {
	size, first := or(params.PageSize, pageSize), or(params.Page, 0)
	return all(size, func(n int) ([]ProvisionalBooking, int, error) {
		params := params
		params.Page, params.PageSize = new(first+n), &size
		page, err := a.ListProvisionalBookings(ctx, params, opts...)
		if err != nil {
			return nil, 0, err
		}
		return page.ProvisionalBookings, page.Total - first*size, nil
	}, func(item ProvisionalBooking) string { return item.ID })
}

// AllUsers lists every user that ListUsers would, from params.Offset on, as AllAppointments does, in the order of the server.
func (a *API) AllUsers(ctx context.Context, params ListUsersParams, opts ...Option) iter.Seq2[User, error] {
	size, first := or(params.Limit, pageSize), or(params.Offset, 0)
	return all(size, func(n int) ([]User, int, error) {
		params := params
		params.Offset, params.Limit = new(first+n*size), &size
		page, err := a.ListUsers(ctx, params, opts...)
		if err != nil {
			return nil, 0, err
		}
		return page.Users, page.Total - first, nil
	}, func(item User) string { return item.ID })
}

// AllContacts lists every contact that ListContacts would, as AllAppointments does. Without SortBy they come in the order in which they were created.
func (a *API) AllContacts(ctx context.Context, params ListContactsParams, opts ...Option) iter.Seq2[ContactResult, error] {
	size, first := or(params.Limit, pageSize), or(params.Page, 1)
	if params.SortBy == nil {
		params.SortBy = new(ContactSortCreatedAt)
		if params.SortOrder == nil {
			params.SortOrder = new(SortDirectionASC)
		}
	}
	return all(size, func(n int) ([]ContactResult, int, error) {
		params := params
		params.Page, params.Limit = new(first+n), &size
		page, err := a.ListContacts(ctx, params, opts...)
		if err != nil {
			return nil, 0, err
		}
		return page.Result, page.Total - (first-1)*size, nil
	}, func(item ContactResult) string { return item.Item.ID })
}

// or is what a pointer points at, or a default.
func or(value *int, otherwise int) int {
	if value == nil {
		return otherwise
	}
	return *value
}

// patience is how many pages more than there were may come without anything new.
const patience = 10

// all pages through a list whose pages have size items and are counted from 0. fetch gives a page, and how many items there are on all pages. It ends with an error
// when a server gives the same items again and again.
func all[T any](size int, fetch func(page int) (items []T, total int, err error), id func(T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		seen, last := map[string]bool{}, 0
		newest, stale := 0, 0 // the last page with something new, and how many came since
		for page := 0; ; stale++ {
			items, total, err := fetch(page)
			if err == nil && stale > newest+patience {
				err = errors.New("the server lists the same items again and again")
			}
			if err != nil {
				yield(none, err)
				return
			}
			if left := last - total; left > 0 && page > 0 && size > 0 {
				// Items that left the list before this page have drawn others to pages that were read already.
				page, last = max(0, page-(left+size-1)/size), total
				continue
			}
			for _, item := range items {
				if key := id(item); !seen[key] {
					seen[key] = true
					newest, stale = max(newest, page), 0
					if !yield(item, nil) {
						return
					}
				}
			}
			page, last = page+1, total
			if len(items) == 0 || page*size >= total {
				return
			}
		}
	}
}
