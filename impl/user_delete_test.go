package impl_test

import (
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

const (
	stillBooked = "This user has upcoming appointments; name another user in reassignTo or cancel them first"
	heirBusy    = "The user named in reassignTo is not free for all of these appointments"
)

func (c caller) tryFire(t testing.TB, id, heir string) (*http.Response, error) {
	params := &client.DeleteUserParams{}
	if heir != "" {
		params.ReassignTo = new(uid(heir))
	}
	return c.DeleteUser(t.Context(), uid(id), params)
}

func TestDeleteUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.hires(t)
	id := meet.UserID(n.UserID)
	token := w.token(t, w.demo.CompanyID(), id)
	wants(t, http.StatusOK)(token.me(t))
	hers := []func(*client.BookingRequest){ofType(n.MeetingTypeID), hostedBy(id), phoned("+15551234567"), starting("2024-01-15T15:00:00+01:00")}
	past := w.owner.book(t, append(hers, starting("2024-01-09T15:00:00+01:00"), forced)...)
	b := w.owner.book(t, hers...)

	refuses(t, http.StatusForbidden, "Only an admin or the owner of the company may do this")(token.tryFire(t, n.UserID, ""))
	refuses(t, http.StatusNotFound, "User not found")(w.owner.tryFire(t, nobody, ""))
	refuses(t, http.StatusNotFound, "User not found")(w.rival(t).owner.tryFire(t, n.UserID, ""))
	refuses(t, http.StatusConflict, "The owner of the company cannot be deleted")(w.owner.tryFire(t, string(olivia), n.UserID))
	f := refuses(t, http.StatusConflict, stillBooked)(w.owner.tryFire(t, n.UserID, ""))
	if f.ErrorCode != "has-appointments" {
		t.Errorf("the code is %q", f.ErrorCode)
	}
	w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
	wants(t, http.StatusNoContent)(w.owner.tryFire(t, n.UserID, ""))

	t.Run("is gone", func(t *testing.T) {
		refuses(t, http.StatusUnauthorized, "Invalid API key")(token.GetCurrentUser(t.Context(), nil))
		refuses(t, http.StatusForbidden, notThatUser)(w.as(id).GetCurrentUser(t.Context(), nil))
		refuses(t, http.StatusNotFound, noSuchType)(w.owner.tryBook(t, hers...))
		refuses(t, http.StatusNotFound, "User not found")(w.owner.tryFire(t, n.UserID, ""))
	})
	t.Run("but the past remains", func(t *testing.T) {
		a := w.owner.appointment(t, past.AppointmentID)
		if a.Hosts[0].FullName != "Grace Hopper" || a.MeetingType.Slug != "30min-meeting" {
			t.Errorf("it is %+v", a)
		}
		w.attendee(past.Secret).appointment(t, past.AppointmentID)
	})
	t.Run("and may come back", func(t *testing.T) {
		if again := w.hires(t); again.UserID == n.UserID || again.BookingURL != n.BookingURL {
			t.Errorf("answered %+v", again)
		}
	})
}

// Ensure somebody takes over what is to come, or nothing happens at all.
func TestDeleteUser_Reassign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.hires(t, func(u *client.UserCreate) { u.Timezone = "Europe/Berlin" })
	id := meet.UserID(n.UserID)
	adaID, ada := w.ada(t)
	cleo := w.userID(t, "cleo@demo.example")
	team := w.chosenType(t)
	hers := []func(*client.BookingRequest){ofType(n.MeetingTypeID), hostedBy(id), phoned("+15551234567")}
	at := func(start string) []func(*client.BookingRequest) { return append(hers[:3:3], starting(start)) }
	first := w.owner.book(t, at("2024-01-15T09:00:00+01:00")...)
	second := w.owner.book(t, at("2024-01-15T10:00:00+01:00")...)
	past := w.owner.book(t, append(at("2024-01-09T09:00:00+01:00"), forced)...)
	inTheWay := w.owner.book(t, ofType(team), hostedBy(adaID), starting("2024-01-15T10:00:00+01:00"))

	refuses(t, http.StatusBadRequest, "reassignTo must name another user")(w.owner.tryFire(t, n.UserID, n.UserID))
	refuses(t, http.StatusNotFound, "User not found")(w.owner.tryFire(t, n.UserID, nobody))
	refuses(t, http.StatusNotFound, "User not found")(w.owner.tryFire(t, n.UserID, string(w.rival(t).User.ID)))
	refuses(t, http.StatusConflict, heirBusy)(w.owner.tryFire(t, n.UserID, string(adaID)))
	if a := w.owner.appointment(t, first.AppointmentID); a.HostIDs[0] != n.UserID {
		t.Errorf("half of it happened: hosts are %v", a.HostIDs)
	}
	w.checkApart(t)

	w.owner.cancels(t, inTheWay.AppointmentID, client.CancelRequest{})
	wants(t, http.StatusNoContent)(w.owner.tryFire(t, n.UserID, string(adaID)))
	for _, b := range []client.Booked{first, second} {
		a := ada.appointment(t, b.AppointmentID)
		if len(a.HostIDs) != 1 || a.HostIDs[0] != string(adaID) || a.Hosts[0].GivenName != "Ada" {
			t.Errorf("hosts are %v", a.HostIDs)
		}
		w.attendee(b.Secret).appointment(t, b.AppointmentID)
	}
	if a := w.owner.appointment(t, past.AppointmentID); a.HostIDs[0] != n.UserID {
		t.Errorf("the past has hosts %v", a.HostIDs)
	}
	w.checkApart(t)
	w.owner.isTaken(t, ofType(team), hostedBy(adaID), starting("2024-01-15T09:00:00+01:00"))
	typ := got[client.MeetingType](t, http.StatusOK)(ada.GetMeetingType(t.Context(), uid(n.MeetingTypeID), nil))
	if text(typ.UserID) != string(adaID) {
		t.Errorf("the type is of %v", text(typ.UserID))
	}
	ada.moves(t, first.AppointmentID, "2024-01-15T11:00:00+01:00")
	w.owner.book(t, ofType(n.MeetingTypeID), hostedBy(adaID), phoned("+15551234567"), starting("2024-01-15T09:00:00+01:00"))

	t.Run("not even over a forced one", func(t *testing.T) {
		other := w.hires(t, func(u *client.UserCreate) { u.Timezone, u.Email = "Europe/Berlin", "other@demo.example" })
		w.owner.book(t, ofType(other.MeetingTypeID), hostedBy(meet.UserID(other.UserID)), phoned("+15551234567"), starting("2024-01-17T09:30:00+01:00"))
		inTheWay := w.owner.book(t, ofType(team), hostedBy(adaID), starting("2024-01-17T09:50:00+01:00"), forced)
		refuses(t, http.StatusConflict, heirBusy)(w.owner.tryFire(t, other.UserID, string(adaID)))
		w.owner.cancels(t, inTheWay.AppointmentID, client.CancelRequest{})
		wants(t, http.StatusNoContent)(w.owner.tryFire(t, other.UserID, string(adaID)))
	})
	t.Run("one who hosts it already", func(t *testing.T) {
		both := w.owner.book(t, ofType(team), hostedBy(adaID, cleo), starting("2024-01-16T10:00:00+01:00"))
		wants(t, http.StatusNoContent)(w.owner.tryFire(t, string(adaID), string(cleo)))
		if a := w.owner.appointment(t, both.AppointmentID); len(a.HostIDs) != 1 || a.HostIDs[0] != string(cleo) {
			t.Errorf("hosts are %v", a.HostIDs)
		}
		w.checkApart(t)
	})
}
