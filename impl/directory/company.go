package directory

import (
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Founding is what a new company starts with.
type Founding struct {
	Name       string
	OwnerEmail string
	OwnerName  string // given and family name
	Zone       string
}

// Found makes a company with its owner, who can be booked at once.
func Found(tx *store.Tx, f Founding) (meet.Company, Newcomer, error) {
	if err := tx.Lock("companies"); err != nil { // of which no two may have one slug
		return meet.Company{}, Newcomer{}, err
	}
	given, family := splitName(f.OwnerName)
	slug, err := freeSlug(slugFrom(f.Name, "company"), func(slug string) (bool, error) {
		companies, err := tx.Companies()
		for _, c := range companies {
			if c.Slug == slug {
				return true, err
			}
		}
		return false, err
	})
	if err != nil {
		return meet.Company{}, Newcomer{}, err
	}
	c := meet.Company{
		ID: meet.CompanyID(newID()), Name: meet.CleanLine(f.Name), Slug: slug, Owner: meet.UserID(newID()), CreatedAt: tx.Now(),
	}
	if err := tx.InsertCompany(c); err != nil {
		return c, Newcomer{}, err
	}
	owner, err := addUser(tx, c.ID, Profile{ID: c.Owner, Email: f.OwnerEmail, GivenName: given, FamilyName: family, Zone: f.Zone, Role: meet.Owner})
	return c, owner, err
}
