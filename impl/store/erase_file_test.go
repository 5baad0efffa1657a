package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

// Ensure that what was erased is not left in the unused parts of the file,
// nor in its log while a server has it open.
func TestErase_File(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	server := open(t, path, store.Options{Now: meettest.Now})
	company := meettest.Company()
	host := meettest.User(company)
	kind := meettest.MeetingType(host)
	person := meettest.Attendee(func(a *meet.Attendee) {
		a.Email, a.FirstName, a.LastName = "zaphod@example.com", "Zaphod", "Beeblebrox"
		a.Notes = []byte(`{"more":"` + strings.Repeat("zaphod ", 2000) + `"}`) // more than a page
	})
	b := meettest.Booking(kind, func(b *meet.Booking) { b.Attendees = []meet.Attendee{person} })
	if err := server.Update(t.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, company, host, kind, b) }); err != nil {
		t.Fatal(err)
	}
	left := func() (n int) {
		for _, name := range []string{path, path + "-wal"} {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			n += bytes.Count(bytes.ToLower(content), []byte("zaphod"))
		}
		return n
	}
	if left() == 0 {
		t.Fatal("it was never there")
	}

	other := open(t, path, store.Options{Now: meettest.Now})
	if err := other.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Erase(store.Erasure{Company: company.ID, Email: person.Email, Answer: func(_, sealed string) (string, error) { return sealed, nil }})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	store.SettleLog(t.Context(), path)
	if n := left(); n > 0 {
		t.Errorf("it is there %d times", n)
	}
}
