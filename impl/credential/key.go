// Package credential makes API keys and decides who a request acts as.
package credential

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
)

// The forms of a credential: "rgo-" and 32 characters for a personal access
// token, "ak_live:", a UUID, ":" and a secret for a platform key.
const (
	personalPrefix = "rgo-"
	platformPrefix = "ak_live:"
)

// NewPersonal makes the personal access token of a user. The credential is
// returned here only; the key keeps its digest.
func NewPersonal(company meet.CompanyID, user meet.UserID, now time.Time) (meet.Key, string) {
	return Key(meet.Key{Company: company, User: user, CreatedAt: now}, personalPrefix+random(24))
}

// NewPlatform makes a platform key of a company, as NewPersonal does.
func NewPlatform(company meet.CompanyID, now time.Time) (meet.Key, string) {
	id := uuid.NewString()
	return Key(meet.Key{ID: meet.KeyID(id), Company: company, Platform: true, CreatedAt: now},
		platformPrefix+id+":"+random(30))
}

// Key completes a key with what follows from its credential.
func Key(k meet.Key, credential string) (meet.Key, string) {
	if k.ID == "" {
		k.ID = meet.KeyID(uuid.NewString())
	}
	k.Digest = digest(credential)
	k.Hint = credential[:8] + "…" + credential[len(credential)-4:]
	return k, credential
}

// WellFormed reports whether s has the form of a platform key, or of a
// personal access token.
func WellFormed(s string, platform bool) bool {
	return wellFormed(s) && strings.HasPrefix(s, platformPrefix) == platform
}

// wellFormed reports whether s has the form of a credential, so that
// anything else is refused without a look into the database.
func wellFormed(s string) bool {
	if rest, ok := strings.CutPrefix(s, personalPrefix); ok {
		return len(rest) == 32
	}
	rest, ok := strings.CutPrefix(s, platformPrefix)
	if !ok {
		return false
	}
	id, secret, ok := strings.Cut(rest, ":")
	return ok && len(id) == 36 && len(secret) >= 16 && len(secret) <= 128
}

func digest(credential string) [32]byte { return sha256.Sum256([]byte(credential)) }

// random returns n random bytes as text, 4 characters for each 3 bytes.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
