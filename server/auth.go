package server

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// The headers that carry credentials and the user a credential acts for.
const (
	headerActingUser        = "X-Meetergo-Api-User-Id"
	headerAppointmentSecret = "X-Appointment-Secret"
	headerConfirmationToken = "X-Confirmation-Token"
)

// Call is who calls and what for, as the request says it: nothing in it has been verified.
type Call struct {
	// Operation is the operationId.
	Operation string
	// Scope is what a credential must be good for (x-scope).
	Scope string
	// ActingUserOptional is set for operations that a platform key may call without naming a user.
	ActingUserOptional bool
	// HasAuthorization is set when there is an Authorization header at all.
	HasAuthorization bool
	// Bearer is the credential of the Authorization header, "" when that header has another form.
	Bearer string
	// HasActingUser is set when a user is named, and ActingUser is the name, which may be anything.
	HasActingUser bool
	ActingUser    string
	// AppointmentSecret and ConfirmationToken are filled for operations that accept them instead of a bearer, and may come
	// beside one.
	AppointmentSecret string
	ConfirmationToken string
	// PathID is the id in the path, the thing that a secret must belong to; "" when the path has none. It may be no id.
	PathID string
	// RemoteAddr is the address of the connection, not of any header; the zero Addr when unknown.
	RemoteAddr netip.Addr
}

// credential is one of the ways to prove who calls: a security scheme of the contract.
type credential struct {
	// header is "" for the bearer.
	header string
}

// credentials returns the alternatives of an operation; at least one, each of a single scheme the edge can read.
func credentials(doc *openapi3.T, spec *openapi3.Operation) ([]credential, error) {
	required := doc.Security
	if spec.Security != nil {
		required = *spec.Security
	}
	if len(required) == 0 {
		return nil, errors.New("no security")
	}
	var all []credential
	for _, alternative := range required {
		if len(alternative) != 1 {
			return nil, errors.New("each alternative of security must be one scheme")
		}
		for name := range alternative {
			ref := doc.Components.SecuritySchemes[name]
			if ref == nil || ref.Value == nil {
				return nil, fmt.Errorf("no security scheme %s", name)
			}
			switch s := ref.Value; {
			case s.Type == "http" && strings.EqualFold(s.Scheme, "bearer"):
				all = append(all, credential{})
			case s.Type == "apiKey" && s.In == "header" && (strings.EqualFold(s.Name, headerAppointmentSecret) || strings.EqualFold(s.Name, headerConfirmationToken)):
				all = append(all, credential{header: http.CanonicalHeaderKey(s.Name)})
			default:
				return nil, fmt.Errorf("security scheme %s is not one the server reads", name)
			}
		}
	}
	return all, nil
}

// call collects what the service needs to authenticate a request. It reads headers only.
func (o *operation) call(c echo.Context) Call {
	h := c.Request().Header
	call := Call{
		Operation:          o.id,
		Scope:              o.scope,
		ActingUserOptional: o.actingUserOptional,
		HasActingUser:      len(h.Values(headerActingUser)) > 0,
		ActingUser:         only(h, headerActingUser),
	}
	if names := c.ParamNames(); len(names) > 0 {
		call.PathID = pathParam(c, names[0])
	}
	if at, err := netip.ParseAddrPort(c.Request().RemoteAddr); err == nil {
		call.RemoteAddr = at.Addr().Unmap()
	}
	if authorization := only(h, echo.HeaderAuthorization); authorization != "" {
		call.HasAuthorization = true
		if scheme, token, found := strings.Cut(authorization, " "); found && strings.EqualFold(scheme, "bearer") {
			call.Bearer = strings.TrimSpace(token)
		}
	}
	for _, by := range o.credentials {
		switch by.header {
		case headerAppointmentSecret:
			call.AppointmentSecret = only(h, headerAppointmentSecret)
		case headerConfirmationToken:
			call.ConfirmationToken = only(h, headerConfirmationToken)
		}
	}
	return call
}
