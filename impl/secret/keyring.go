// Package secret makes and checks what must stay secret: keys that are
// derived instead of stored, and texts that are sealed before they are
// stored. Everything hangs on a server key that is kept outside the
// database.
package secret

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

const keySize = 32

// Keyring holds the server keys. The first one makes, all of them check, so
// that a key can be replaced without cutting off what is in use.
type Keyring struct{ keys []serverKey }

// serverKey is one key with the two keys that are derived from it, one for
// each use.
type serverKey struct {
	derive []byte
	seal   cipher.AEAD
}

// Kind is what a derived secret opens; a secret of one kind is worthless for
// another.
type Kind string

// The kinds.
const (
	// AppointmentSecret lets an attendee cancel, reschedule and read one
	// appointment.
	AppointmentSecret Kind = "booking"
	// ConfirmationToken lets an attendee confirm one hold.
	ConfirmationToken Kind = "confirm"
	// HostToken lets a host approve or decline one hold.
	HostToken Kind = "approve"
	// SigningKey signs what a webhook of a seed file is sent.
	SigningKey Kind = "webhook"
)

// New returns a keyring of random bytes that live as long as the process.
func New() *Keyring {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails
	ring, err := newKeyring(key)
	if err != nil {
		panic(err) // the size is right
	}
	return ring
}

// Parse reads keys, one a line, each 32 bytes in base64.
func Parse(text []byte) (*Keyring, error) {
	var keys [][]byte
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		key, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(key) != keySize {
			return nil, errors.New("a secret key is 32 bytes in base64, one key a line; make one with: openssl rand -base64 32")
		}
		keys = append(keys, key)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return newKeyring(keys...)
}

// LoadOrCreate reads a key file, and makes one that only its owner can read
// when there is none.
func LoadOrCreate(path string) (*Keyring, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key := make([]byte, keySize)
		_, _ = rand.Read(key) // never fails
		text = []byte(base64.StdEncoding.EncodeToString(key) + "\n")
		err = create(path, text)
		if errors.Is(err, fs.ErrExist) { // another process was faster
			text, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("secret key file: %w", err)
	}
	ring, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("secret key file %s: %w", path, err)
	}
	return ring, nil
}

// create writes a file that must not exist yet. It is written aside and
// linked into place, so that nobody reads half a key.
func create(path string, text []byte) error {
	aside := path + "." + strconv.Itoa(os.Getpid())
	if err := os.WriteFile(aside, text, 0o600); err != nil {
		return err
	}
	defer os.Remove(aside)
	return os.Link(aside, path)
}

func newKeyring(keys ...[]byte) (*Keyring, error) {
	if len(keys) == 0 {
		return nil, errors.New("the secret key file holds no key")
	}
	ring := &Keyring{}
	for _, key := range keys {
		derive, err := hkdf.Key(sha256.New, key, nil, "meetwright derive", keySize)
		if err != nil {
			return nil, err
		}
		seal, err := hkdf.Key(sha256.New, key, nil, "meetwright seal", keySize)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(seal)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, err
		}
		ring.keys = append(ring.keys, serverKey{derive: derive, seal: aead})
	}
	return ring, nil
}

// Derive returns the secret of a kind for an id. The same arguments give the
// same secret; a higher generation gives another one and so revokes it. It
// is 32 characters of A-Z, a-z, 0-9, - and _.
func (r *Keyring) Derive(kind Kind, id string, generation int) string {
	return r.keys[0].secret(kind, id, generation)
}

// Verify reports whether secret is the one that Derive gave, under any of
// the keys. Its time does not depend on how much of it is right.
func (r *Keyring) Verify(secret string, kind Kind, id string, generation int) bool {
	ok := false
	for _, key := range r.keys {
		if hmac.Equal([]byte(secret), []byte(key.secret(kind, id, generation))) {
			ok = true
		}
	}
	return ok
}

func (k serverKey) secret(kind Kind, id string, generation int) string {
	mac := hmac.New(sha256.New, k.derive)
	fmt.Fprintf(mac, "%s|%s|%d", kind, id, generation)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:24])
}

// Fingerprints name the keys, the first one first, without giving anything
// of them away. A database that keeps one knows when its key is lost.
func (r *Keyring) Fingerprints() []string {
	names := make([]string, len(r.keys))
	for i, key := range r.keys {
		names[i] = key.secret("fingerprint", "", 0)
	}
	return names
}

// Seal encrypts a text for storage. The same label opens it, so that a
// sealed text moved to another place does not open there.
func (r *Keyring) Seal(text []byte, label string) string {
	return base64.RawStdEncoding.EncodeToString(r.keys[0].seal.Seal(nil, nil, text, []byte(label)))
}

// Open decrypts what Seal returned, under any of the keys.
func (r *Keyring) Open(sealed, label string) ([]byte, error) {
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, fmt.Errorf("open sealed text: %w", err)
	}
	for _, key := range r.keys {
		if text, err := key.seal.Open(nil, nil, raw, []byte(label)); err == nil {
			return text, nil
		}
	}
	return nil, errors.New("open sealed text: it was sealed with another key, or is damaged")
}
