package impl

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/stub"
)

// The settings by which a database knows what it belongs to.
const (
	modeSetting = store.ModeSetting
	keySetting  = store.KeySetting
)

// The reasons why a database is not opened.
var (
	// ErrNoKey refuses a live server that nobody could use.
	ErrNoKey = errors.New("there is no API key in this database yet")
	// ErrLive keeps stub mode, which can erase everything, off a database
	// that is in real use.
	ErrLive = errors.New("this database has served live")
	// ErrKeyLost refuses a server key with which no secret in use would be
	// right any more.
	ErrKeyLost = errors.New("the secret key is not the one this database was used with")
)

// claim checks that a database belongs to the server key and may be served
// in the mode, and notes the key.
func claim(ctx context.Context, s *store.Store, ring *secret.Keyring, live bool) error {
	return s.Update(ctx, func(tx *store.Tx) error {
		mode, err := tx.Setting(modeSetting)
		if err != nil {
			return err
		}
		if mode == "live" && !live {
			return ErrLive
		}
		return ClaimKey(tx, ring)
	})
}

// ClaimKey ties a database to a server key, before anything is sealed under
// it. One that belongs to another key is refused with [ErrKeyLost].
func ClaimKey(tx *store.Tx, ring *secret.Keyring) error {
	known, err := tx.Setting(keySetting)
	if err != nil {
		return err
	}
	names := ring.Fingerprints()
	if known != "" && !slices.Contains(names, known) {
		return ErrKeyLost
	}
	return tx.SetSetting(keySetting, names[0])
}

// enlist notes that a database is in real use from now on.
func enlist(ctx context.Context, s *store.Store) error {
	return s.Update(ctx, func(tx *store.Tx) error {
		if err := stub.SaveClock(tx, time.Time{}); err != nil { // left by stub mode
			return err
		}
		return tx.SetSetting(modeSetting, "live")
	})
}
