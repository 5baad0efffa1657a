// Package drift reports where requests and answers leave the contract: those
// of this server, and those of another one that claims to keep it.
package drift

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meetwright/meetwright/server"
)

// Header tells how many violations of the contract a call has, unless it has
// none.
const Header = "X-Contract-Violation"

// The sides of a call.
const (
	inRequest = "request"
	inAnswer  = "answer"
)

// Report is where violations are told: one record of the log for each, one
// count, and the journal of calls when there is one. No value of a request or
// an answer is told.
type Report struct {
	Log *slog.Logger
	// Found counts violations by operation and side; see [NewCounter].
	Found *prometheus.CounterVec
	// Mark sets the Header of answers.
	Mark bool
	// Answers are what the contract says of answers.
	Answers *server.Answers
}

// NewCounter makes the count of violations that reports share.
func NewCounter() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "meetwright_contract_violations_total", Help: "How often requests that were passed on, and answers, left the contract.",
	}, []string{"operation", "side"})
}

// journal is a writer of answers that keeps what was found about a call.
type journal interface{ Note(sentences []string) }

// tell reports the violations of one side of a call; status is that of the
// answer, 0 while there is none.
func (r *Report) tell(ctx context.Context, w http.ResponseWriter, operation, side string, status int, found []server.Violation) {
	if len(found) == 0 {
		return
	}
	sentences := make([]string, 0, len(found))
	for _, v := range found {
		attrs := []slog.Attr{slog.String("request_id", w.Header().Get("X-Request-Id")), slog.String("operation", operation), slog.String("side", side)}
		if status != 0 {
			attrs = append(attrs, slog.Int("status", status))
		}
		r.Log.LogAttrs(ctx, slog.LevelWarn, "contract violation", append(attrs, slog.String("at", v.At), slog.String("reason", v.Reason))...)
		sentence := v.String()
		if side == inAnswer {
			sentence = "answer: " + sentence
		}
		sentences = append(sentences, sentence)
	}
	r.Found.WithLabelValues(operation, side).Add(float64(len(found)))
	if j := journalOf(w); j != nil {
		j.Note(sentences)
	}
}

// journalOf finds the journal among the writers that w writes to.
func journalOf(w http.ResponseWriter) journal {
	for {
		if j, ok := w.(journal); ok {
			return j
		}
		inner, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return nil
		}
		w = inner.Unwrap()
	}
}

// mark sets the header of an answer with n violations.
func (r *Report) mark(h http.Header, n int) {
	h.Del(Header)
	if r.Mark && n > 0 {
		h.Set(Header, strconv.Itoa(n))
	}
}
