package credential

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// The refusals of credentials.
var (
	errMissing      = meet.Refuse(meet.CodeUnauthorized, "Missing authorization header")
	errInvalid      = meet.Refuse(meet.CodeUnauthorized, "Invalid API key")
	errExpired      = meet.Refuse(meet.CodeUnauthorized, "API key has expired")
	errNoActingUser = meet.Refuse(meet.CodeActingUser, "Missing required header 'x-meetergo-api-user-id' for API key authentication")
	errActingUser   = meet.Refuse(meet.CodeForbidden, "This API key cannot act as the user named in 'x-meetergo-api-user-id'")
	errGuesses      = &meet.Error{Code: meet.CodeTooMany, RetryAfter: guessWindow, Message: "Too many wrong secrets; try again in a minute"}
	errRate         = &meet.Error{Code: meet.CodeTooMany, RetryAfter: time.Second, Message: "Too many requests; slow down and try again"}
)

// Options say how credentials are checked.
type Options struct {
	// RefuseDemo refuses the published demo keys, as live mode must.
	RefuseDemo bool
	// PerMinute limits the requests of one key, with bursts of twice as
	// many. 0 is no limit.
	PerMinute int
}

// Checker decides who a request acts as. It is safe for concurrent use.
type Checker struct {
	store   *store.Store
	ring    *secret.Keyring
	now     func() time.Time
	options Options
	rates   *rates
	guesses guesses

	mu    sync.Mutex
	known map[identity]entry
}

// New returns a Checker; now is the clock of expiry and of wrong guesses.
func New(s *store.Store, ring *secret.Keyring, now func() time.Time, o Options) *Checker {
	return &Checker{store: s, ring: ring, now: now, options: o, rates: newRates(o.PerMinute), known: map[identity]entry{}}
}

// Claim is what a request says about itself.
type Claim struct {
	Bearer  string
	Missing bool // there is no Authorization header at all
	Scope   meet.Scope
	// ActingUser is the user that a platform key names; Optional operations
	// act as the company's owner without it.
	ActingUser string
	Optional   bool
}

// identity is a credential with the user it acts as.
type identity struct {
	digest     [32]byte
	actingUser string
	optional   bool
}

// entry is an identity that was found, kept for a moment to spare the
// database the same question with every request.
type entry struct {
	principal meet.Principal
	key       meet.Key
	until     time.Time
}

// A revoked key is dead after keep at the latest.
const (
	keep     = 3 * time.Second
	maxKnown = 10_000
)

// Authenticate returns who a bearer acts as. Refusals are
// [meet.CodeUnauthorized], [meet.CodeForbidden], [meet.CodeActingUser] and
// [meet.CodeTooMany].
func (c *Checker) Authenticate(ctx context.Context, claim Claim) (meet.Principal, error) {
	if claim.Missing {
		return meet.Principal{}, errMissing
	}
	if !wellFormed(claim.Bearer) {
		return meet.Principal{}, errInvalid
	}
	id := identity{digest: digest(claim.Bearer), actingUser: claim.ActingUser, optional: claim.Optional}
	e, known := c.recall(id)
	if !known {
		var err error
		if e, err = c.lookUp(ctx, id); err != nil {
			return meet.Principal{}, err
		}
		c.remember(id, e)
	}
	switch now := c.now(); {
	case !e.key.ExpiresAt.IsZero() && !now.Before(e.key.ExpiresAt):
		return meet.Principal{}, errExpired
	case len(e.key.Scopes) > 0 && !slices.Contains(e.key.Scopes, claim.Scope):
		return meet.Principal{}, meet.Refuse(meet.CodeForbidden, fmt.Sprintf("This API key lacks the scope %q", claim.Scope))
	}
	return e.principal, c.rates.take(e.key.ID)
}

func (c *Checker) recall(id identity) (entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.known[id]
	return e, ok && time.Now().Before(e.until)
}

func (c *Checker) remember(id identity, e entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= maxKnown {
		clear(c.known)
	}
	e.until = time.Now().Add(keep)
	c.known[id] = e
}

// Forget drops what is remembered of keys and users, after some were changed.
func (c *Checker) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.known)
}

// Reset drops all that is remembered, wrong guesses among it, after the
// database was replaced.
func (c *Checker) Reset() {
	c.Forget()
	c.guesses.reset()
}

// lookUp reads the key and the user it acts as.
func (c *Checker) lookUp(ctx context.Context, id identity) (e entry, err error) {
	err = c.store.View(ctx, func(tx *store.Tx) error {
		key, found, err := tx.KeyByDigest(id.digest)
		switch {
		case err != nil:
			return err
		case !found, !key.RevokedAt.IsZero(), key.Demo && c.options.RefuseDemo:
			return errInvalid
		}
		user, err := actingUser(tx, key, id)
		if err != nil {
			return err
		}
		e.key = key
		e.principal = meet.Principal{Company: key.Company, User: user.ID, Role: user.Role, Key: key.ID, Platform: key.Platform}
		return nil
	})
	return e, err
}

// actingUser finds the user whom a key acts as. Whether a user of another
// company exists is not told.
func actingUser(tx *store.Tx, key meet.Key, id identity) (meet.User, error) {
	named := meet.UserID("")
	if id.actingUser != "" {
		parsed, err := uuid.Parse(id.actingUser)
		if err != nil || len(id.actingUser) != 36 {
			return meet.User{}, errActingUser
		}
		named = meet.UserID(parsed.String())
	}
	switch {
	case !key.Platform:
		if named != "" && named != key.User {
			return meet.User{}, errActingUser
		}
		named = key.User
	case named == "" && !id.optional:
		return meet.User{}, errNoActingUser
	case named == "":
		company, err := tx.Company(key.Company)
		if err != nil {
			return meet.User{}, err
		}
		named = company.Owner
	}
	user, err := tx.User(key.Company, named)
	if meet.CodeOf(err) == meet.CodeNotFound {
		if !key.Platform { // its owner has left
			return user, errInvalid
		}
		return user, errActingUser
	}
	return user, err
}
