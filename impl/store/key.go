package store

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertKey adds an API key. A key of the same digest that is there already
// stays as it is.
func (tx *Tx) InsertKey(k meet.Key) error {
	const insert = `INSERT INTO api_key (id, company_id, user_id, digest, hint, scopes, demo, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
	scopes := make([]string, len(k.Scopes))
	for i, s := range k.Scopes {
		scopes[i] = string(s)
	}
	err := tx.put(insert, string(k.ID), string(k.Company), text(k.User), hex.EncodeToString(k.Digest[:]), k.Hint,
		strings.Join(scopes, ","), bit(k.Demo), micros(k.CreatedAt), micros(k.ExpiresAt))
	return err
}

const keyColumns = `id, company_id, coalesce(user_id, ''), digest, hint, scopes, demo, created_at, expires_at, revoked_at`

func scanKey(row scanner) (k meet.Key, err error) {
	var digest, scopes string
	err = row.Scan(&k.ID, &k.Company, &k.User, &digest, &k.Hint, &scopes, &k.Demo,
		instant{&k.CreatedAt}, instant{&k.ExpiresAt}, instant{&k.RevokedAt})
	if err != nil {
		return k, err
	}
	raw, err := hex.DecodeString(digest)
	if err != nil || len(raw) != len(k.Digest) {
		return k, fmt.Errorf("key %s: digest is damaged", k.ID)
	}
	k.Digest = [32]byte(raw)
	k.Platform = k.User == ""
	for s := range strings.SplitSeq(scopes, ",") {
		if s != "" {
			k.Scopes = append(k.Scopes, meet.Scope(s))
		}
	}
	return k, nil
}

// KeyByDigest returns the key whose secret has the digest, also an expired
// or revoked one; found is false when there is none.
func (tx *Tx) KeyByDigest(digest [32]byte) (k meet.Key, found bool, err error) {
	const query = `SELECT ` + keyColumns + ` FROM api_key WHERE digest = $1`
	keys, err := list(tx, query, []any{hex.EncodeToString(digest[:])}, scanKey)
	if err != nil || len(keys) == 0 {
		return k, false, err
	}
	return keys[0], true, nil
}

// Keys returns the keys of a company, of all companies for "", in the order
// they were made.
func (tx *Tx) Keys(company meet.CompanyID) ([]meet.Key, error) {
	const query = `SELECT ` + keyColumns + ` FROM api_key WHERE $1 = '' OR company_id = $1 ORDER BY created_at, id`
	return list(tx, query, []any{string(company)}, scanKey)
}

// RevokeKey ends a key and reports whether it was alive.
func (tx *Tx) RevokeKey(id meet.KeyID) (bool, error) {
	const update = `UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL`
	n, err := tx.exec(update, string(id), micros(tx.now))
	return n == 1, err
}
