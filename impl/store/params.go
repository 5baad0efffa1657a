package store

import (
	"strconv"
	"strings"
)

// params returns n placeholders from $first on, for a list in parentheses:
// both engines take "IN ($3, $4)". Of none it is a list that nothing is in.
func params(first, n int) string {
	if n == 0 {
		return "NULL"
	}
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}

// anys turns a list of ids into arguments.
func anys[T ~string](ids []T) []any {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = string(id)
	}
	return args
}

// chunk bounds the ids in one statement.
const chunk = 500

// withIDs runs fn with some of the ids at a time, as arguments, and the
// placeholders for them, of which first is the first.
func withIDs[T ~string](ids []T, first int, fn func(list string, args []any) error) error {
	for len(ids) > 0 {
		n := min(chunk, len(ids))
		if err := fn("("+params(first, n)+")", anys(ids[:n])); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}
