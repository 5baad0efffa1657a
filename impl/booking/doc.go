// Package booking is the life of a booking: what may be booked and when,
// and what becomes of it. Each use case is a function on a transaction of
// the caller's, so that whatever else belongs to it commits with it.
//
// There is one predicate for free time. Slots lists with it, and Book and
// Reschedule ask it about one start inside the transaction that writes; the
// store's guard on occupied time stands behind it.
package booking
