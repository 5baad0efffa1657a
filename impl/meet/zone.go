package meet

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// LoadZone returns the rules of the time zone that the IANA database knows
// under name, backward links such as Asia/Calcutta included. Every other
// name is an error: "", "Local", other spellings of the case, paths.
//
// Zones are read once and then shared.
func LoadZone(name string) (*time.Location, error) {
	zones.RLock()
	loc := zones.byName[name]
	zones.RUnlock()
	if loc != nil {
		return loc, nil
	}
	if name == "Local" || !isZoneName(name) {
		return nil, unknownZone(name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, unknownZone(name)
	}
	zones.Lock()
	defer zones.Unlock()
	if len(zones.byName) < maxZones {
		zones.byName[name] = loc
	}
	return loc, nil
}

var zones = struct {
	sync.RWMutex
	byName map[string]*time.Location
}{byName: make(map[string]*time.Location)}

// maxZones is more than the database has names. It is ever reached only
// where file names disregard case and a caller tries the spellings.
const maxZones = 1024

// isZoneName reports whether name has the form of a name of the database:
// parts like Port-au-Prince, each beginning with a capital. That leaves out
// what else lies beside the zones on disk (right/UTC, zone.tab, localtime).
func isZoneName(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] < 'A' || 'Z' < part[0] {
			return false
		}
		for _, c := range []byte(part) {
			letter := 'a' <= c|0x20 && c|0x20 <= 'z'
			if !letter && !isDigit(c) && c != '_' && c != '-' && c != '+' {
				return false
			}
		}
	}
	return true
}

func unknownZone(name string) error {
	return fmt.Errorf("%.64q is not a time zone of the IANA database", name)
}
