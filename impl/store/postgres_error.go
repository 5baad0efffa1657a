package store

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/meetwright/meetwright/impl/meet"
)

// errUnknown is what came of a commit whose answer was lost, errAborted of one
// that was found not to have taken place.
var (
	errUnknown = errors.New("the database was lost while it stored the change")
	errAborted = errors.New("the database was lost before it stored the change")
)

// mayTryAgain reports an error after which a transaction left nothing behind
// and may succeed the next time.
func mayTryAgain(err error) bool {
	switch state := sqlState(err); {
	case err == nil, errors.Is(err, errUnknown), errors.Is(err, ErrBusy), errors.Is(err, context.DeadlineExceeded):
		return false // what took too long once is not worth the same wait again
	case errors.Is(err, errAborted), state == "40001", state == "40P01": // serialization failure, deadlock
		return true
	default:
		return isLost(err)
	}
}

// isLost reports that the server went away or never was there.
func isLost(err error) bool {
	switch state := sqlState(err); {
	case state == "57P01", state == "57P02", state == "57P03", state == "53300", state == "25P03", strings.HasPrefix(state, "08"):
		return true
	case state != "":
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err)
}

// judgePostgres decides what an error means to the caller. A database error
// is never told as a refusal of the change.
func judgePostgres(err error) error {
	state := sqlState(err)
	switch {
	case err == nil, errors.Is(err, ErrBusy):
		return err
	case errors.Is(err, errUnknown):
		return outcomeUnknown(err)
	case !errors.Is(err, context.DeadlineExceeded) && isLost(err), errors.Is(err, errAborted):
		return &meet.Error{
			Code: meet.CodeUnavailable, Message: "The database cannot be reached; please try again in a moment", RetryAfter: ErrBusy.RetryAfter, Err: cause(err),
		}
	case state == "55P03", state == "57014", state == "40001", state == "40P01", // lock and statement timeouts, conflicts
		errors.Is(err, context.DeadlineExceeded):
		return &meet.Error{Code: ErrBusy.Code, Message: ErrBusy.Message, RetryAfter: ErrBusy.RetryAfter, Err: err}
	}
	return err
}

// cause is the part of an error of connecting that tells people something:
// the driver tells each address that it tried, twice.
func cause(err error) error {
	var failure *pgconn.PgError
	var network *net.OpError
	switch {
	case errors.As(err, &failure):
		return failure
	case errors.As(err, &network):
		return network
	}
	return err
}

// sqlState is the code of PostgreSQL's that an error carries, or "".
func sqlState(err error) string {
	var failure *pgconn.PgError
	if !errors.As(err, &failure) {
		return ""
	}
	return failure.Code
}

// pause waits before another try: not before the first, then 1 to 2 ms, four times as long
// each time, so that those who collided do not meet again.
func pause(ctx context.Context, try int) error {
	if try == 0 {
		return ctx.Err()
	}
	base := time.Millisecond << (2 * (try - 1))
	timer := time.NewTimer(base + rand.N(base))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
