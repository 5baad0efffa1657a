package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

// companyFile makes a database file of a server whose key has a name, with a
// company in it that has a booking.
func companyFile(t *testing.T, key string) (path string, c meet.Company) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "test.db")
	s := open(t, path, store.Options{Now: meettest.Now})
	c = addCompany(t, s, key)
	shut(t, s)
	return path, c
}

func addCompany(t *testing.T, s *store.Store, key string) meet.Company {
	t.Helper()
	c := meettest.Company()
	host := meettest.User(c)
	kind := meettest.MeetingType(host)
	b := meettest.Booking(kind)
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.SetSetting(store.KeySetting, key); err != nil {
			return err
		}
		return storetest.Insert(tx, c, host, kind, b, meettest.Job(c))
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func export(t *testing.T, source string, c meet.CompanyID) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := store.Export(t.Context(), source, c, &out, store.MoveOptions{Now: meettest.Now}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestImport_Refusals(t *testing.T) {
	t.Parallel()
	path, c := companyFile(t, "a")
	whole := export(t, path, c.ID)
	lines := strings.SplitAfter(whole, "\n")
	replaced := func(old, new string) string {
		if !strings.Contains(whole, old) {
			t.Fatalf("there is no %s in %s", old, whole)
		}
		return strings.ReplaceAll(whole, old, new)
	}
	schema := func(change int) string {
		var version int
		_, after, _ := strings.Cut(whole, `"schema":`)
		if _, err := fmt.Sscan(strings.TrimSuffix(after[:2], ","), &version); err != nil {
			t.Fatal(err)
		}
		return replaced(fmt.Sprintf(`"schema":%d`, version), fmt.Sprintf(`"schema":%d`, version+change))
	}
	other := "00000000-0000-4000-8000-000000000000"
	for _, test := range []struct {
		name, text string
		want       error
	}{
		{"nothing", "", store.ErrNoExport},
		{"another format", `{"format":"else"}` + "\n" + whole, store.ErrNoExport},
		{"an end that is missing", strings.Join(lines[:len(lines)-2], ""), store.ErrNoExport},
		{"a row that is missing", strings.Join(lines[:len(lines)-3], "") + lines[len(lines)-2], store.ErrNoExport},
		{"half a line", whole[:len(whole)-40], store.ErrNoExport},
		{"two in one", whole + whole, store.ErrNoExport},
		{"a table that is unknown", replaced(`"table":"job"`, `"table":"setting"`), store.ErrNoExport},
		{"a column that is missing", replaced(`"given_name":"Mia",`, ``), store.ErrNoExport},
		{"a column that is unknown", replaced(`"given_name":"Mia",`, `"first_name":"Mia",`), store.ErrNoExport},
		{"a number with a fraction", replaced(`"start_at":`, `"start_at":0.5`), store.ErrNoExport},
		{"rows of another company", strings.Replace(whole, `"company_id":"`+string(c.ID), `"company_id":"`+other, 1), store.ErrNoExport},
		{"newer tables", schema(+1), store.ErrNewer},
		{"older tables", schema(-1), store.ErrOlder},
		{"another key", replaced(`"key":"a"`, `"key":"b"`), store.ErrOtherKey},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			target, there := companyFile(t, "a")
			before := meettest.Dump(t, target)
			if _, err := store.Import(t.Context(), target, strings.NewReader(test.text), store.MoveOptions{}); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
			if after := meettest.Dump(t, target); after != before {
				t.Errorf("the database has changed:\n%s\nit was\n%s", after, before)
			}
			// Ensure that the same file is taken in when nothing is wrong.
			if _, err := store.Import(t.Context(), target, strings.NewReader(whole), store.MoveOptions{}); err != nil {
				t.Error(err)
			}
			if export(t, target, c.ID) != whole || export(t, target, there.ID) == whole {
				t.Error("the companies are not apart")
			}
		})
	}

	t.Run("a company that is there", func(t *testing.T) {
		t.Parallel()
		for name, text := range map[string]string{
			"itself":                whole,
			"its slug":              replaced(string(c.ID), other),
			"a row of it elsewhere": strings.NewReplacer(`"company":"`+string(c.ID), `"company":"`+other, c.Slug, "another").Replace(whole),
		} {
			if _, err := store.Import(t.Context(), path, strings.NewReader(text), store.MoveOptions{}); err == nil {
				t.Errorf("%s was taken in", name)
			} else if name != "a row of it elsewhere" && !errors.Is(err, store.ErrCompanyExists) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})

	t.Run("a file that a server uses", func(t *testing.T) {
		t.Parallel()
		target := filepath.Join(t.TempDir(), "test.db")
		open(t, target, store.Options{Exclusive: true})
		if _, err := store.Import(t.Context(), target, strings.NewReader(whole), store.MoveOptions{}); !errors.Is(err, store.ErrLocked) {
			t.Error(err)
		}
	})
}

// Ensure that time that is taken twice is not taken in, on either engine.
func TestImport_Guard(t *testing.T) {
	t.Parallel()
	path, c := companyFile(t, "")
	whole := export(t, path, c.ID)
	for _, line := range strings.SplitAfter(whole, "\n") {
		if strings.HasPrefix(line, `{"table":"occupied"`) {
			double := strings.Replace(line, `"booking_id":"`, `"booking_id":"x`, 1)
			whole = strings.Replace(whole, line, line+double, 1)
		}
	}
	for _, target := range []string{filepath.Join(t.TempDir(), "test.db"), postgrestest.Database(t)} {
		if _, err := store.Import(t.Context(), target, strings.NewReader(whole), store.MoveOptions{}); !errors.Is(err, store.ErrCompanyExists) {
			t.Errorf("%s: %v", target, err)
		}
	}
}

// Ensure that a file adds nothing to what another company has.
func TestImport_Foreign(t *testing.T) {
	t.Parallel()
	path, c := companyFile(t, "")
	whole := export(t, path, c.ID)
	for _, target := range []string{filepath.Join(t.TempDir(), "test.db"), postgrestest.Database(t)} {
		s := open(t, target, store.Options{Now: meettest.Now})
		there := addCompany(t, s, "")
		shut(t, s)
		before := export(t, target, there.ID)
		theirs := field(t, before, "booking_host", "booking_id")
		for _, table := range []string{"booking_host", "attendee"} {
			ours := field(t, whole, table, "booking_id")
			foreign := strings.Builder{}
			for line := range strings.Lines(whole) {
				if strings.HasPrefix(line, `{"table":"`+table+`"`) {
					line = strings.Replace(line, ours, theirs, 1)
					line = strings.Replace(line, `"position":0`, `"position":7`, 1)
				}
				foreign.WriteString(line)
			}
			_, err := store.Import(t.Context(), target, strings.NewReader(foreign.String()), store.MoveOptions{})
			if !errors.Is(err, store.ErrNoExport) || !strings.Contains(err.Error(), "rows of "+table) {
				t.Errorf("%s: %v", table, err)
			}
		}
		if export(t, target, there.ID) != before {
			t.Error("the other company has changed")
		}
	}
}

// field is a column of the first row of a table in an export.
func field(t *testing.T, whole, table, column string) string {
	t.Helper()
	_, row, _ := strings.Cut(whole, `{"table":"`+table+`"`)
	_, value, found := strings.Cut(row, `"`+column+`":"`)
	if !found {
		t.Fatalf("there is no %s of %s", column, table)
	}
	value, _, _ = strings.Cut(value, `"`)
	return value
}

// Ensure that a new database belongs to the key of its company, and to a
// server that is live when that was.
func TestImport_Adopts(t *testing.T) {
	t.Parallel()
	path, c := companyFile(t, "a")
	s := open(t, path, store.Options{})
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.SetSetting(store.ModeSetting, "live") }); err != nil {
		t.Fatal(err)
	}
	shut(t, s)
	whole := export(t, path, c.ID)
	for _, target := range []string{filepath.Join(t.TempDir(), "test.db"), postgrestest.Database(t)} {
		if _, err := store.Import(t.Context(), target, strings.NewReader(whole), store.MoveOptions{}); err != nil {
			t.Fatal(err)
		}
		err := open(t, target, store.Options{}).View(t.Context(), func(tx *store.Tx) error {
			key, err := tx.Setting(store.KeySetting)
			if err != nil {
				return err
			}
			mode, err := tx.Setting(store.ModeSetting)
			if key != "a" || mode != "live" {
				t.Errorf("%s has key %q and mode %q", target, key, mode)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
