package store_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMigrate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	for i, test := range []struct {
		apply, current bool
	}{{false, false}, {true, true}, {true, true}, {false, true}} {
		current, latest, err := store.Migrate(t.Context(), path, test.apply)
		if err != nil || latest == 0 || (current == latest) != test.current || !test.current && current != 0 {
			t.Errorf("step %d: schema %d of %d, %v", i, current, latest, err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	open(t, path, store.Options{})

	execute(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)")
	if _, _, err := store.Migrate(t.Context(), path, true); err == nil {
		t.Error("a newer schema was migrated")
	}
	if current, latest, err := store.Migrate(t.Context(), path, false); err != nil || current <= latest {
		t.Errorf("schema %d of %d, %v", current, latest, err)
	}
	if _, _, err := store.Migrate(t.Context(), "mysql://localhost/meetwright", false); err == nil {
		t.Error("another engine was migrated")
	}
}

// Ensure that settings and hours are stored as they were by every release:
// what the golden files say must be read for ever. A new field is added to
// the value here and to its file (-update); an old one is never renamed.
func TestStore_StoredDocuments(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	s := open(t, path, store.Options{})
	company := meettest.Company()
	owner := meettest.User(company)
	schedule := meettest.Schedule(owner, func(s *meet.Schedule) { s.Hours = everyHour() })
	kind := meettest.MeetingType(owner, func(t *meet.MeetingType) { t.Settings = everySetting() })
	noZeroes(t, reflect.ValueOf(schedule.Hours), "Hours")
	noZeroes(t, reflect.ValueOf(kind.Settings), "Settings")
	err := s.Update(t.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, company, owner, schedule, kind) })
	if err != nil {
		t.Fatal(err)
	}

	golden(t, path, "SELECT hours FROM schedule", "hours.golden.json")
	golden(t, path, "SELECT settings FROM meeting_type", "settings.golden.json")

	// Ensure that what the files say is read back to the last field.
	execute(t, path, "UPDATE schedule SET hours = '"+file(t, "hours.golden.json")+"'")
	execute(t, path, "UPDATE meeting_type SET settings = '"+file(t, "settings.golden.json")+"'")
	err = s.View(t.Context(), func(tx *store.Tx) error {
		gotSchedule, err := tx.Schedule(company.ID, schedule.ID)
		if diff := cmp.Diff(schedule, gotSchedule); diff != "" || err != nil {
			t.Errorf("schedule (-want +got):\n%s%v", diff, err)
		}
		gotKind, err := tx.MeetingType(company.ID, kind.ID)
		if diff := cmp.Diff(kind, gotKind); diff != "" || err != nil {
			t.Errorf("meeting type (-want +got):\n%s%v", diff, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// golden compares the document that a query finds with a file, byte by byte
// but for white space.
func golden(t *testing.T, path, query, name string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	var stored string
	err = db.QueryRowContext(t.Context(), query).Scan(&stored)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(json.RawMessage(stored), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", name), append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(file(t, name), string(got)+"\n"); diff != "" {
		t.Errorf("%s is stored otherwise (-want +got):\n%s", name, diff)
	}
}

func file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// noZeroes checks that a value says something in each of its fields, so that
// none is left out of what is stored.
func noZeroes(t *testing.T, v reflect.Value, name string) {
	t.Helper()
	switch {
	case v.IsZero():
		t.Errorf("%s has no value", name)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			noZeroes(t, v.Field(i), name+"."+v.Type().Field(i).Name)
		}
	case v.Kind() == reflect.Slice:
		noZeroes(t, v.Index(v.Len()-1), name+"[]")
	case v.Kind() == reflect.Pointer:
		noZeroes(t, v.Elem(), name)
	}
}

func everyHour() meet.Hours {
	windows := []meet.Window{{Start: 22*60 + 5, End: 2 * 60}, {Start: 8 * 60, End: meet.EndOfDay}}
	var h meet.Hours
	h.Week[time.Monday] = meet.Day{Enabled: true, Windows: windows}
	h.Week[time.Saturday] = meet.Day{Windows: windows}
	h.Exceptions = []meet.Exception{
		{Dates: []meet.Date{meet.NewDate(2027, time.March, 1), meet.NewDate(2027, time.March, 2)}, Kind: meet.Block},
		{Dates: []meet.Date{meet.NewDate(2028, time.February, 29)}, Kind: meet.Available, Windows: windows},
	}
	return h
}

func everySetting() meet.Settings {
	first, last := meet.NewDate(2027, time.March, 1), meet.NewDate(2027, time.April, 30)
	return meet.Settings{
		Name: "Intro call", Description: "A first talk", Duration: 30 * time.Minute,
		AllowedDurations: []time.Duration{15 * time.Minute, time.Hour},
		Channel:          meet.Google, AllowedChannels: []meet.Channel{meet.Phone, meet.Local}, Locations: []string{"Room 3"},
		BufferBefore: 5 * time.Minute, BufferAfter: 10 * time.Minute, Increment: 20 * time.Minute, Notice: 4 * time.Hour,
		Horizon:   meet.Horizon{Mode: meet.HorizonRange, Minutes: 1440, First: &first, Last: &last},
		MaxPerDay: 3, MaxPerWeek: 9, Spots: 2,
		AllowSelectChannel: true, AllowHostSelection: true, ForceHostSelection: true, RefuseGuests: true, AllowPhoneOnly: true,
		OneTimeOnly: true, DoubleOptIn: meet.Enabled, HostConfirmation: meet.UseCompanySettings, ApprovalTime: time.Hour, OptInTime: 2 * time.Hour,
		PasswordEnabled: true, Password: "open sesame",
		Cancellation: meet.Policy{Mode: meet.PolicyHours, Value: 24}, Rescheduling: meet.Policy{Mode: meet.PolicyDays, Value: 2},
		Reminders:  []time.Duration{time.Hour},
		FormFields: []meet.FormField{{Key: "size", Label: "Team size", Kind: "select", Required: true, Options: []string{"1-10"}}},
		ICS: meet.ICSTemplates{
			Title:       meet.LocalizedText{All: "title", ByLanguage: map[string]string{"de": "Titel"}},
			Description: meet.LocalizedText{All: "description", ByLanguage: map[string]string{"de": "Beschreibung"}},
			Location:    meet.LocalizedText{All: "location", ByLanguage: map[string]string{"de": "Ort"}},
		},
		Metadata: map[string]string{"team": "sales"}, InternalNotes: "notes", Workspace: "workspace",
		Color: "#aabbcc", Redirect: "https://example.com/thanks", EnableRedirect: true,
		CustomChannelName: "Room", CustomChannelLink: "https://example.com/room",
	}
}

// Ensure that each engine has every migration.
func TestMigrate_BothEngines(t *testing.T) {
	t.Parallel()
	list := func(engine string) (names []string) {
		files, err := os.ReadDir(filepath.Join("migrations", engine))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			names = append(names, f.Name())
		}
		return names
	}
	if diff := cmp.Diff(list("sqlite"), list("postgres")); diff != "" {
		t.Errorf("SQLite (-) and PostgreSQL (+):\n%s", diff)
	}
}
