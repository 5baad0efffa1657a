package availability

// search is one question, with its times in microseconds.
type search struct {
	Query
	Rules
	asked         span  // the starts asked for
	earliest      int64 // the first start that heeds the notice
	length        int64 // of the meeting
	interval      int64
	before, after int64 // buffers
}

func newSearch(q Query, r Rules) *search {
	return &search{
		Query:    q,
		Rules:    r,
		asked:    spanOf(q.Range),
		earliest: ceil(q.Now.Add(r.Notice)),
		length:   r.Duration.Microseconds(),
		interval: r.Interval.Microseconds(),
		before:   r.Before.Microseconds(),
		after:    r.After.Microseconds(),
	}
}

// idle reports whether there is nothing to find, whoever hosts.
func (s *search) idle() bool { return s.asked.empty() || s.length <= 0 || s.interval <= 0 }

// meeting returns the time of a meeting that starts at an instant.
func (s *search) meeting(at int64) span { return span{at, at + s.length} }
