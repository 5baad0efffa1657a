// Package impl is the booking service behind the contract: one method for
// each operation, in the file of its tag. A method reads the request, calls
// one use case inside one transaction, and writes the answer; rules live
// below, and HTTP lives in package server.
package impl

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/webhook"
	"github.com/meetwright/meetwright/server"
)

// Config is what a Service works with. Store, Ring and Credentials are
// required.
type Config struct {
	Store       *store.Store
	Ring        *secret.Keyring
	Credentials *credential.Checker
	// PublicURL begins the addresses of booking pages.
	PublicURL string
	// Tenant is the tenant of a stub server that these addresses name; "" is
	// none.
	Tenant string
	// Dialect is "docs" to answer as the contract is published, or
	// "production" to answer as it is seen to be spoken. Defaults to "docs".
	Dialect string
	// AllowPrivate lets webhooks reach http endpoints and those on the
	// machine itself or in private networks. Live servers leave it false.
	AllowPrivate bool
	// Booked is told what became of each request to book, which may run more
	// than once. Defaults to nothing.
	Booked func(booking.Booked, error)
	// Logger receives what goes wrong behind the answers. Defaults to
	// slog.Default.
	Logger *slog.Logger
}

// Service implements the contract. It is safe for concurrent use.
type Service struct {
	store       *store.Store
	ring        *secret.Keyring
	credentials *credential.Checker
	webhooks    *webhook.Sender
	publicURL   string
	tenant      string
	production  bool // the dialect
	booked      func(booking.Booked, error)
	draining    atomic.Bool
}

var _ server.Service = (*Service)(nil)

// New returns a Service.
func New(c Config) *Service {
	if c.Booked == nil {
		c.Booked = func(booking.Booked, error) {}
	}
	return &Service{
		booked: c.Booked,
		store:  c.Store, ring: c.Ring, credentials: c.Credentials,
		webhooks:  webhook.New(webhook.Config{Store: c.Store, Ring: c.Ring, Render: renderEvent, AllowPrivate: c.AllowPrivate, Logger: c.Logger}),
		publicURL: strings.TrimSuffix(c.PublicURL, "/"), tenant: c.Tenant, production: c.Dialect == "production",
	}
}

type principalKey struct{}

// principal is who the request acts as.
func principal(ctx context.Context) meet.Principal {
	p, _ := ctx.Value(principalKey{}).(meet.Principal)
	return p
}

// Authenticate decides who a call acts as. A bearer counts before an
// appointment's secret or a hold's token.
func (s *Service) Authenticate(ctx context.Context, call server.Call) (context.Context, error) {
	var p meet.Principal
	var err error
	switch {
	case !call.HasAuthorization && call.AppointmentSecret != "":
		p, err = s.credentials.Attendee(ctx, call.PathID, call.AppointmentSecret, call.RemoteAddr)
	case !call.HasAuthorization && call.ConfirmationToken != "":
		p, err = s.credentials.Confirmer(ctx, call.PathID, call.ConfirmationToken, call.RemoteAddr)
	default:
		p, err = s.credentials.Authenticate(ctx, credential.Claim{
			Bearer: call.Bearer, Missing: !call.HasAuthorization, Scope: meet.Scope(call.Scope),
			ActingUser: call.ActingUser, Optional: call.ActingUserOptional,
		})
	}
	if err != nil {
		return ctx, err
	}
	ctx = context.WithValue(ctx, addressKey{}, call.RemoteAddr)
	return context.WithValue(ctx, principalKey{}, p), nil
}

type addressKey struct{}

// address is where the request comes from; the zero Addr when unknown.
func address(ctx context.Context) netip.Addr {
	a, _ := ctx.Value(addressKey{}).(netip.Addr)
	return a
}

// Ready reports whether the service can take requests; the error says why
// not.
func (s *Service) Ready(ctx context.Context) error {
	if s.draining.Load() {
		return errDraining
	}
	return s.store.Ready(ctx)
}

var errDraining = errors.New("the server is shutting down")

// Drain makes Ready say no; requests that come all the same are served.
func (s *Service) Drain() { s.draining.Store(true) }

// keepAnswers is how long the answer to an Idempotency-Key is repeated.
const keepAnswers = 24 * time.Hour

var errKeyReused = meet.Refuse(meet.CodeKeyReused, "This Idempotency-Key was used with another request body")

// Once answers a repeated request as the first time. The key is taken by the
// first statement of the transaction in which do works, and the answer is
// kept by the last, so that one cannot commit without the other.
func (s *Service) Once(ctx context.Context, key server.OnceKey, do func(context.Context) (*server.Answer, error)) (answer *server.Answer, replayed bool, err error) {
	p := principal(ctx)
	name := digest(string(p.Key), string(p.Attendee), string(p.Hold), key.Method, key.Path, key.Key)
	body := hex.EncodeToString(key.BodyHash[:])
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		answer, replayed = nil, false
		kept, taken, err := tx.TakeKey(name, body, tx.Now().Add(-keepAnswers))
		if err != nil {
			return err
		}
		if !taken {
			if kept.BodyHash != body {
				return errKeyReused
			}
			replayed = true
			answer, err = s.openAnswer(name, kept.Sealed)
			return err
		}
		if answer, err = do(tx.Context(ctx)); err != nil {
			return err
		}
		return s.keepAnswer(tx, name, answer)
	})
	return answer, replayed, err
}

// digest hashes parts so that no two lists of parts have the same.
func digest(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// keepAnswer stores an answer, sealed because it may hold a secret.
func (s *Service) keepAnswer(tx *store.Tx, name string, a *server.Answer) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return tx.SaveAnswer(name, s.ring.Seal(text, name))
}

func (s *Service) openAnswer(name, sealed string) (*server.Answer, error) {
	text, err := s.ring.Open(sealed, name)
	if err != nil {
		return nil, err
	}
	var a server.Answer
	return &a, json.Unmarshal(text, &a)
}
