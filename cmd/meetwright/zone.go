package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/meetwright/meetwright/impl/meet"
)

const (
	dayLayout  = "Mon 2006-01-02"
	timeLayout = "Mon 2006-01-02 15:04"
)

// zone is the time zone of --timezone, else of the user whose credential it
// is, else of the machine as far as it has a name, else UTC.
func (s *session) zone(ctx context.Context) (*time.Location, error) {
	if name := flag(s.cmd, "timezone"); name != "" {
		loc, err := meet.LoadZone(name)
		if err != nil {
			return nil, &failure{exitUsage, "--timezone is unknown", oneLine(err), "--timezone Europe/Berlin"}
		}
		return loc, nil
	}
	if s.key != "" && flag(s.cmd, "secret") == "" && flag(s.cmd, "token") == "" {
		user, err := s.api.GetCurrentUser(ctx)
		if err != nil {
			return nil, err
		}
		if loc, err := meet.LoadZone(user.Timezone); err == nil {
			return loc, nil
		}
	}
	if loc, err := meet.LoadZone(machineZone()); err == nil {
		return loc, nil
	}
	return time.UTC, nil
}

// machineZone is the name of the machine's time zone, or "".
func machineZone() string {
	if name := os.Getenv("TZ"); name != "" {
		return strings.TrimPrefix(name, ":")
	}
	target, err := filepath.EvalSymlinks("/etc/localtime")
	if err != nil {
		return ""
	}
	_, name, _ := strings.Cut(target, "zoneinfo/")
	return name
}

// parseTime reads an instant, RFC 3339, or what a clock in loc shows, such
// as 2026-03-01 09:00.
func parseTime(text string, loc *time.Location) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	wrong := &failure{exitUsage, "this is no time", fmt.Sprintf("%q is neither RFC 3339 nor like 2026-03-01 09:00", text), "2026-03-01T09:00:00+01:00, or 2026-03-01 09:00 in " + loc.String()}
	day, clock, found := strings.Cut(strings.Replace(text, "T", " ", 1), " ")
	if len(clock) == len("9:00") {
		clock = "0" + clock
	}
	date, dayErr := meet.ParseDate(day)
	minute, clockErr := meet.ParseTimeOfDay(clock)
	if !found || dayErr != nil || clockErr != nil {
		return time.Time{}, wrong
	}
	at := date.At(minute)
	instants := meet.AppendRanges(nil, loc, meet.LocalSpan{Start: at, End: at + 1})
	if len(instants) != 1 {
		wrong.why = fmt.Sprintf("clocks in %s show %s twice, or not at all", loc, text)
		return time.Time{}, wrong
	}
	return instants[0].Start, nil
}

// span writes when something is: Mon 2035-01-15 09:00–09:30 Europe/Berlin.
func span(start, end time.Time, loc *time.Location) string {
	return fmt.Sprintf("%s–%s %s", start.In(loc).Format(timeLayout), end.In(loc).Format("15:04"), loc)
}

func timezoneFlag(flags *pflag.FlagSet) {
	flags.String("timezone", "", "time zone of the times shown and given (default: that of the credential's user)")
}
