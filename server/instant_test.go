package server

import (
	"encoding/json"
	"testing"
	"time"
)

func TestInstant_MarshalJSON(t *testing.T) {
	tests := []struct {
		name string
		at   time.Time
		want string
	}{
		{"UTC has a Z", time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC), `"2026-10-20T08:00:00.000Z"`},
		{"another zone has its offset", time.Date(2026, 10, 20, 11, 30, 0, 0, time.FixedZone("", 2*60*60)), `"2026-10-20T11:30:00.000+02:00"`},
		{"microseconds are cut off", time.Date(2026, 10, 20, 8, 0, 0, 123_999_000, time.UTC), `"2026-10-20T08:00:00.123Z"`},
		{"milliseconds keep their zeros", time.Date(1970, 1, 1, 0, 0, 0, 7_000_000, time.UTC), `"1970-01-01T00:00:00.007Z"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := json.Marshal(Instant{test.at})
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			var back Instant
			if err := json.Unmarshal(got, &back); err != nil {
				t.Fatal(err)
			}
			if !back.Equal(test.at.Truncate(time.Millisecond)) {
				t.Errorf("read back as %s", back)
			}
		})
	}
}
