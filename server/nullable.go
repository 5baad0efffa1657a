package server

import "encoding/json"

// Nullable is a property of a request that tells null, which clears a value, from being left out, which keeps it. The zero value is left out.
type Nullable[T any] map[bool]T

// Value gives a property that has a value.
func Value[T any](v T) Nullable[T] {
	return Nullable[T]{true: v}
}

// Null gives a property that is null.
func Null[T any]() Nullable[T] {
	var zero T
	return Nullable[T]{false: zero}
}

// IsSet reports whether the property is there, be it null.
func (n Nullable[T]) IsSet() bool {
	return len(n) != 0
}

// IsNull reports whether the property is null.
func (n Nullable[T]) IsNull() bool {
	_, null := n[false]
	return null
}

// Get gives the value, and false when the property is null or left out.
func (n Nullable[T]) Get() (T, bool) {
	v, ok := n[true]
	return v, ok
}

// MarshalJSON writes the value, or null.
func (n Nullable[T]) MarshalJSON() ([]byte, error) {
	v, ok := n.Get()
	if !ok {
		return []byte("null"), nil
	}
	return json.Marshal(v)
}

// UnmarshalJSON reads a value, or null.
func (n *Nullable[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*n = Null[T]()
		return nil
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*n = Value(v)
	return nil
}
