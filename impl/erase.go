package impl

import (
	"slices"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// Erase removes the data of a person from a company; see [store.Tx.Erase].
// It needs the server key, because what the database keeps sealed may name
// the person: another one is refused with [ErrKeyLost].
func Erase(tx *store.Tx, ring *secret.Keyring, company meet.CompanyID, email string) (store.Erased, error) {
	known, err := tx.Setting(keySetting)
	if err != nil {
		return store.Erased{}, err
	}
	if known != "" && !slices.Contains(ring.Fingerprints(), known) {
		return store.Erased{}, ErrKeyLost
	}
	answers := Service{ring: ring}
	return tx.Erase(store.Erasure{Company: company, Email: email, Answer: func(key, sealed string) (string, error) {
		a, err := answers.openAnswer(key, sealed)
		if err != nil {
			return "", err
		}
		return string(a.Body), nil
	}})
}
