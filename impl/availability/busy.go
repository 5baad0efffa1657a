package availability

// takes returns the time that b takes of its host, an empty span if b does
// not matter to this search.
func (s *search) takes(b *Busy) span {
	if s.void(b) {
		return span{}
	}
	return spanOf(b.Occupied)
}

// void reports whether b takes no time.
func (s *search) void(b *Busy) bool {
	return s.excludes(b) || b.Kind == Hold && !b.ExpiresAt.After(s.Now)
}

// counts reports whether b counts towards the limits of its host.
func (s *search) counts(b *Busy) bool {
	return b.Kind == Booking && b.SameType && !s.excludes(b)
}

// joinable reports whether b is a group, booked or held, with seats left that
// is as long as the meeting, so that somebody who asks for its start joins it.
func (s *search) joinable(b *Busy) bool {
	return s.Capacity > 1 && b.Kind != External && b.SameType && !s.void(b) &&
		b.SeatsTaken < s.Capacity && b.Meeting.Duration() == s.Duration
}

func (s *search) excludes(b *Busy) bool { return s.Exclude != "" && b.Booking == s.Exclude }

// appendRuledOut appends the starts that b rules out, as far as they are
// asked for: those of meetings which, with their buffers, overlap the time
// that b takes. The start of a booking that can be joined is not among them.
func (s *search) appendRuledOut(dst []span, b *Busy) []span {
	taken := s.takes(b)
	if taken.empty() {
		return dst
	}
	// at-before < taken.end and at+length+after > taken.start
	out := span{taken.start - s.length - s.after + 1, taken.end + s.before}
	switch {
	case out.end <= s.asked.start || s.asked.end <= out.start:
		return dst
	case s.joinable(b):
		own := ceil(b.Meeting.Start)
		return append(dst, span{out.start, own}, span{own + 1, out.end})
	}
	return append(dst, out)
}
