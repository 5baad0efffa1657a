package impl

import (
	"errors"
	"net/http"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/server"
)

// statuses is the one table from our codes to HTTP. A code that is not in it
// is a bug, and answered 500.
var statuses = map[meet.Code]int{
	meet.CodeInvalid:         http.StatusBadRequest,
	meet.CodeUnauthorized:    http.StatusUnauthorized,
	meet.CodeForbidden:       http.StatusForbidden,
	meet.CodeNotFound:        http.StatusNotFound,
	meet.CodeConflict:        http.StatusConflict,
	meet.CodeTooMany:         http.StatusTooManyRequests,
	meet.CodeUnavailable:     http.StatusServiceUnavailable,
	meet.CodeOutcomeUnknown:  http.StatusServiceUnavailable,
	meet.CodeNotImplemented:  http.StatusNotImplemented,
	meet.CodeKeyReused:       http.StatusUnprocessableEntity,
	meet.CodeSlotOccupied:    http.StatusBadRequest,
	meet.CodeDuration:        http.StatusBadRequest,
	meet.CodeHostMissing:     http.StatusBadRequest,
	meet.CodeHostNotFound:    http.StatusBadRequest,
	meet.CodeChannel:         http.StatusBadRequest,
	meet.CodeFormField:       http.StatusBadRequest,
	meet.CodePassword:        http.StatusBadRequest,
	meet.CodeActingUser:      http.StatusBadRequest,
	meet.CodePolicy:          http.StatusBadRequest,
	meet.CodeCancelled:       http.StatusBadRequest,
	meet.CodeSlugTaken:       http.StatusConflict,
	meet.CodeEmailTaken:      http.StatusConflict,
	meet.CodeHasAppointments: http.StatusConflict,
	meet.CodeAccountLimit:    http.StatusNotAcceptable,
}

// general codes say no more than their status does, and are not shown.
var general = map[meet.Code]bool{
	meet.CodeInvalid: true, meet.CodeUnauthorized: true, meet.CodeForbidden: true, meet.CodeNotFound: true,
	meet.CodeConflict: true, meet.CodeTooMany: true, meet.CodeUnavailable: true, meet.CodeNotImplemented: true,
}

// Problem tells an expected refusal; any other error is nil, which the edge
// answers with a bare 500.
func (s *Service) Problem(err error) *server.Problem {
	var refusal *meet.Error
	if !errors.As(err, &refusal) || statuses[refusal.Code] == 0 {
		return nil
	}
	p := &server.Problem{
		Status: statuses[refusal.Code], Message: refusal.Message, Code: string(refusal.Code),
		RetryAfter: refusal.RetryAfter, Err: refusal.Err,
	}
	if general[refusal.Code] {
		p.Code = ""
	}
	return p
}
