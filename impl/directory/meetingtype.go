package directory

import (
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// AddType adds a meeting type of the owner's. A slug that is left out is
// made of the name, with a number when need be. Refusals:
// [meet.CodeForbidden], [meet.ErrUserNotFound], [meet.CodeInvalid],
// [meet.CodeSlugTaken] for a slug that was chosen.
func AddType(tx *store.Tx, p meet.Principal, t meet.MeetingType) (meet.MeetingType, error) {
	t.Company = p.Company
	if err := checkOwner(tx, p, t); err != nil {
		return t, err
	}
	if err := checkType(tx, t); err != nil {
		return t, err
	}
	return addType(tx, t)
}

// checkOwner refuses an owner to whom the principal may not give a type.
func checkOwner(tx *store.Tx, p meet.Principal, t meet.MeetingType) error {
	if err := may(p, t.Owner); err != nil {
		return err
	}
	_, err := tx.User(p.Company, t.Owner)
	return err
}

func addType(tx *store.Tx, t meet.MeetingType) (_ meet.MeetingType, err error) {
	t.ID = meet.MeetingTypeID(newID())
	t.Name = meet.CleanLine(t.Name)
	t.CreatedAt, t.UpdatedAt = tx.Now(), tx.Now()
	if t.Slug != "" {
		if t.Slug, err = chosenSlug(t.Slug); err != nil {
			return t, err
		}
	} else {
		t.Slug, err = freeSlug(slugFrom(t.Name, "meeting"), func(slug string) (bool, error) { return tx.MeetingTypeSlugTaken(t.Company, slug) })
		if err != nil {
			return t, err
		}
	}
	return t, tx.InsertMeetingType(t)
}

func chosenSlug(wish string) (string, error) {
	slug := meet.Slug(wish)
	if slug == "" {
		return "", meet.Refuse(meet.CodeInvalid, "slug needs at least one letter or digit")
	}
	return slug, nil
}

// ChangeType applies a change to a meeting type: one's own, or any by an
// admin, who may also give it to another user. Refusals:
// [meet.ErrMeetingTypeNotFound], [meet.CodeForbidden],
// [meet.ErrUserNotFound], [meet.CodeInvalid], [meet.CodeSlugTaken].
func ChangeType(tx *store.Tx, p meet.Principal, id meet.MeetingTypeID, change func(*meet.MeetingType) error) (meet.MeetingType, error) {
	if err := tx.LockMeetingType(id); err != nil {
		return meet.MeetingType{}, err
	}
	t, err := tx.MeetingType(p.Company, id)
	if err != nil {
		return t, err
	}
	if err := may(p, t.Owner); err != nil {
		return t, err
	}
	slug, owner := t.Slug, t.Owner
	if err := change(&t); err != nil {
		return t, err
	}
	if t.Owner != owner {
		if err := checkOwner(tx, p, t); err != nil {
			return t, err
		}
	}
	if t.Slug != slug {
		if t.Slug, err = chosenSlug(t.Slug); err != nil {
			return t, err
		}
	}
	t.Name = meet.CleanLine(t.Name)
	if err := checkType(tx, t); err != nil {
		return t, err
	}
	t.UpdatedAt = tx.Now()
	return t, tx.UpdateMeetingType(t)
}

// RemoveType ends a meeting type; its bookings stay. Refusals:
// [meet.ErrMeetingTypeNotFound], [meet.CodeForbidden].
func RemoveType(tx *store.Tx, p meet.Principal, id meet.MeetingTypeID) error {
	t, err := tx.MeetingType(p.Company, id)
	if err != nil {
		return err
	}
	if err := may(p, t.Owner); err != nil {
		return err
	}
	return tx.DeleteMeetingType(id)
}

// checkType refuses settings that contradict each other.
func checkType(tx *store.Tx, t meet.MeetingType) error {
	invalid := func(sentence string) error { return meet.Refuse(meet.CodeInvalid, sentence) }
	switch h := t.Horizon; {
	case meet.CleanLine(t.Name) == "":
		return invalid("meetingInfo.name must not be blank")
	case h.Mode == meet.HorizonLimit && h.Minutes < 0:
		return invalid("daysIntoFuture.bookingLimit is required when daysIntoFuture.mode is limit")
	case h.Mode == meet.HorizonRange && (h.First == nil || h.Last == nil):
		return invalid("daysIntoFuture.rangeMin and daysIntoFuture.rangeMax are required when daysIntoFuture.mode is range")
	case h.Mode == meet.HorizonRange && *h.Last < *h.First:
		return invalid("daysIntoFuture.rangeMax must not be before daysIntoFuture.rangeMin")
	case t.PasswordEnabled && t.Password == "":
		return invalid("meetingOptions.bookingPagePassword.password is required when it is enabled")
	case needsValue(t.Cancellation):
		return invalid("meetingOptions.cancellationPolicy.value is required when its mode is hours or days")
	case needsValue(t.Rescheduling):
		return invalid("meetingOptions.reschedulingPolicy.value is required when its mode is hours or days")
	}
	seen := map[string]bool{}
	for _, f := range t.FormFields {
		if seen[f.Key] {
			return invalid("formFields must have different keys; " + f.Key + " comes twice")
		}
		seen[f.Key] = true
	}
	if t.Schedule == "" {
		return nil
	}
	_, err := tx.Schedule(t.Company, t.Schedule)
	if meet.CodeOf(err) == meet.CodeNotFound {
		return invalid("availabilityId names no schedule of this company")
	}
	return err
}

func needsValue(p meet.Policy) bool {
	return (p.Mode == meet.PolicyHours || p.Mode == meet.PolicyDays) && p.Value <= 0
}
