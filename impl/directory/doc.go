// Package directory is who and what a company consists of: its users, the
// hours they keep and the meeting types they offer. Each use case is a
// function on a transaction of the caller's.
package directory

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
)

// newID is a random id that sorts by time.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// freeSlug returns wish, or wish with the lowest number behind it that is
// not taken.
func freeSlug(wish string, taken func(string) (bool, error)) (string, error) {
	for n := 1; ; n++ {
		slug := wish
		if n > 1 {
			slug += "-" + strconv.Itoa(n)
		}
		if is, err := taken(slug); err != nil || !is {
			return slug, err
		}
	}
}

// slugFrom makes a slug of a name, and of one without Latin letters the
// fallback.
func slugFrom(name, fallback string) string {
	if slug := meet.Slug(name); slug != "" {
		return slug
	}
	return fallback
}

// may refuses a principal who changes what belongs to somebody else.
func may(p meet.Principal, owner meet.UserID) error {
	if p.IsAdmin() || p.User == owner {
		return nil
	}
	return errNotYours
}

// The refusals of more than one use case.
var (
	errNotYours = meet.Refuse(meet.CodeForbidden, "This belongs to another user; only an admin may change it")
	errAdmins   = meet.Refuse(meet.CodeForbidden, "Only an admin or the owner of the company may do this")
)
