// Package availability answers when a meeting can start. It computes from
// its arguments alone and does no I/O, so listing slots and booking one of
// them run the same code: Slots lists, At asks about a single start, and the
// two never disagree.
//
// # Hours
//
// Hours are wall-clock hours of the host. An instant lies within a window of
// a date when the host's clock shows that date and a time in the window.
// Time that the clock skips is lost, time that it repeats counts twice. A
// window may end at 24:00; one whose end is before its start runs past
// midnight and belongs to the date on which it starts.
//
// A host's windows come in layers. The windows of the week, on enabled days,
// are the lowest. A block without hours drops those that start on its dates,
// and leaves the tail of the night before. A block with hours takes that
// wall-clock time away, from last night's tail as well; what remains of a
// window is a window of its own. Windows of available exceptions lie on top:
// no block touches them.
//
// # Starts
//
// Each window has a grid: its first existing instant and every interval of
// elapsed time after it, as long as that lies in the window. Busy time never
// shifts the grid, nor does the range or the zone in which somebody asks. A
// start that several grids share is one start.
//
// A start can be booked when all of this holds:
//
//   - It is not before now plus the notice, in elapsed time and compared
//     without rounding; exactly then is early enough.
//   - Its date in the host's zone is not beyond the horizon: at most so many
//     calendar days after today's date there, and within the range of dates
//     when there is one.
//   - The host has not reached the limit of meetings of this type on that
//     date, nor in that week, Monday to Sunday. Bookings count on the date
//     on which they start; holds do not count.
//   - The meeting lies within the host's hours, all windows joined: it may
//     run from one window into another that touches it, or over midnight.
//     Its buffers may stick out.
//   - The meeting with its buffers does not overlap time of the host that is
//     taken. Bookings take the buffers that they were booked with, so facing
//     buffers add up; busy time from outside calendars has none. Touching is
//     no overlap, and an empty range takes nothing. A hold takes its time
//     until it expires.
//
// Two bookings stand back. The one that is being moved neither takes time
// nor counts. And one of a group type that has seats left does not take its
// own start and end from the next attendee, who joins it; any other overlap
// with it counts.
//
// # Hosts
//
// When anyone of the hosts may take the meeting, the slots are those of each
// host's own grid, with the names of all who could take it. When everyone
// takes part, the grids of all hosts are put together, and what every host
// can take is a slot.
package availability
