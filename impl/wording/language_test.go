package wording_test

import (
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/wording"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{
		"de": "de", "de-AT": "de", "DE_ch": "de", "en": "en", "en-GB": "en", "fr": "en", "": "en", "den": "en", "x\r\n": "en",
	} {
		if got := wording.Of(tag).Tag; got != want {
			t.Errorf("%q is written in %s, want %s", tag, got, want)
		}
	}
}

func TestLanguage_Instant(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ instant, zone, en, de string }{
		"Berlin in autumn": {
			"2026-10-20T09:30:00Z", "Europe/Berlin",
			"Tuesday, 20 October 2026, 11:30 (Europe/Berlin)", "Dienstag, 20. Oktober 2026, 11:30 Uhr (Europe/Berlin)",
		},
		"the next day": {
			"2026-03-01T22:05:00Z", "Asia/Calcutta",
			"Monday, 2 March 2026, 03:35 (Asia/Calcutta)", "Montag, 2. März 2026, 03:35 Uhr (Asia/Calcutta)",
		},
		"Berlin falls back, first": {
			"2026-10-25T00:30:00Z", "Europe/Berlin",
			"Sunday, 25 October 2026, 02:30 (Europe/Berlin, UTC+02)", "Sonntag, 25. Oktober 2026, 02:30 Uhr (Europe/Berlin, UTC+02)",
		},
		"Berlin falls back, again": {
			"2026-10-25T01:30:00Z", "Europe/Berlin",
			"Sunday, 25 October 2026, 02:30 (Europe/Berlin, UTC+01)", "Sonntag, 25. Oktober 2026, 02:30 Uhr (Europe/Berlin, UTC+01)",
		},
		"Lord Howe falls back by half an hour": {
			"2026-04-04T14:45:00Z", "Australia/Lord_Howe",
			"Sunday, 5 April 2026, 01:45 (Australia/Lord_Howe, UTC+11)", "Sonntag, 5. April 2026, 01:45 Uhr (Australia/Lord_Howe, UTC+11)",
		},
		"no such zone": {
			"2026-01-03T12:00:00Z", "Mars/Olympus",
			"Saturday, 3 January 2026, 12:00 (UTC)", "Samstag, 3. Januar 2026, 12:00 Uhr (UTC)",
		},
	} {
		at, err := time.Parse(time.RFC3339, c.instant)
		if err != nil {
			t.Fatal(err)
		}
		zone := wording.Zone("", c.zone)
		if got := wording.English.Instant(at, zone); got != c.en {
			t.Errorf("%s: %s", name, got)
		}
		if got := wording.German.Instant(at, zone); got != c.de {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestLanguage_Minutes(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][2]string{1: {"1 minute", "1 Minute"}, 90: {"90 minutes", "90 Minuten"}} {
		if got := [2]string{wording.English.Minutes(n), wording.German.Minutes(n)}; got != want {
			t.Errorf("%v", got)
		}
	}
}

func TestLanguage_List(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{"": nil, "A": {"A"}, "A und B": {"A", "B"}, "A, B und C": {"A", "B", "C"}} {
		if got := wording.German.List(names); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
