package store

import (
	"fmt"
	"time"
)

// micros is how an instant is stored; the zero time is stored as NULL.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// instant reads what micros wrote.
type instant struct{ *time.Time }

func (i instant) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*i.Time = time.Time{}
	case int64:
		*i.Time = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("an instant is stored as %T", value)
	}
	return nil
}

// bit is how a truth value is stored.
func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// text is an empty string stored as NULL, for optional references.
func text[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}
