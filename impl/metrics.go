package impl

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/drift"
	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// metrics are what a server counts; the worlds of its tenants count in the
// same.
type metrics struct {
	*server.Metrics
	bookings   *prometheus.CounterVec // by outcome
	attempts   *prometheus.CounterVec // by kind of job and outcome
	deliveries *prometheus.CounterVec // by class of status
	violations *prometheus.CounterVec
}

func newMetrics(version string) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &metrics{
		Metrics: server.NewMetrics(version),
		bookings: counter("meetwright_booking_requests_total",
			"What became of requests to book: booked, provisional, or why they were refused. One that was begun anew counts again.", "outcome"),
		attempts:   counter("meetwright_job_attempts_total", "How attempts at jobs ended.", "kind", "outcome"),
		deliveries: counter("meetwright_webhook_attempts_total", "How endpoints answered, none when they did not.", "status"),
		violations: drift.NewCounter(),
	}
	m.Register(m.bookings, m.attempts, m.deliveries, m.violations)
	return m
}

// booked counts what became of a request to book.
func (m *metrics) booked(b booking.Booked, err error) {
	outcome := "booked"
	switch {
	case err != nil && meet.CodeOf(err) == "":
		outcome = "error"
	case err != nil:
		outcome = string(meet.CodeOf(err))
	case b.Hold != nil:
		outcome = "provisional"
	}
	m.bookings.WithLabelValues(outcome).Inc()
}

// counted does jobs of a kind by h, and counts how they end.
func (m *metrics) counted(kind meet.JobKind, h job.Handler) job.Handler {
	return func(ctx context.Context, j meet.Job) job.Outcome {
		o := h(ctx, j)
		outcome := "done"
		switch {
		case o.GiveUp:
			outcome = "given_up"
		case o.Err != nil:
			outcome = "failed"
		}
		m.attempts.WithLabelValues(string(kind), outcome).Inc()
		if kind == meet.SendWebhook {
			m.deliveries.WithLabelValues(statusClass(o.Status)).Inc()
		}
		return o
	}
}

func statusClass(status int) string {
	if status < 100 || status > 599 {
		return "none"
	}
	return fmt.Sprintf("%dxx", status/100)
}

// stored are the metrics of what a store holds, asked when they are shown.
type stored struct {
	store *store.Store
	log   *slog.Logger
}

var (
	jobsDue     = prometheus.NewDesc("meetwright_jobs_due", "The jobs that wait or run though their time has come.", []string{"kind"}, nil)
	jobsDead    = prometheus.NewDesc("meetwright_jobs_dead", "The jobs that were given up.", []string{"kind"}, nil)
	jobsOldest  = prometheus.NewDesc("meetwright_jobs_oldest_due_seconds", "For how long the oldest job has been due, 0 without any.", nil, nil)
	waiting     = prometheus.NewDesc("meetwright_store_waiting", "The changes that wait for their turn, and on PostgreSQL all that wait for a connection.", nil, nil)
	connections = prometheus.NewDesc("db_client_connection_count", "The connections to the database.", []string{"db_client_connection_state"}, nil)
)

// Describe implements prometheus.Collector.
func (s stored) Describe(descs chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{jobsDue, jobsDead, jobsOldest, waiting, connections} {
		descs <- d
	}
}

// countTimeout bounds how long whoever scrapes waits for the database.
const countTimeout = 2 * time.Second

// Collect implements prometheus.Collector. What a database does not tell in
// time is left out.
func (s stored) Collect(into chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		into <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	load := s.store.Load()
	gauge(waiting, float64(load.Waiting))
	gauge(connections, float64(load.Used), "used")
	gauge(connections, float64(load.Idle), "idle")

	ctx, cancel := context.WithTimeout(context.Background(), countTimeout)
	defer cancel()
	var now time.Time
	var counts []store.JobCount
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		now = tx.Now()
		counts, err = tx.JobCounts()
		return err
	})
	if err != nil {
		s.log.Warn("jobs cannot be counted", "error", err)
		return
	}
	due, dead, oldest := map[meet.JobKind]int{}, map[meet.JobKind]int{}, now
	for _, c := range counts {
		due[c.Kind], dead[c.Kind] = c.Due, c.Dead
		if c.Due > 0 && c.Oldest.Before(oldest) {
			oldest = c.Oldest
		}
	}
	for _, kind := range []meet.JobKind{meet.SendWebhook, meet.SendMail, meet.SendReminder, meet.ExpireHold} {
		gauge(jobsDue, float64(due[kind]), string(kind))
		gauge(jobsDead, float64(dead[kind]), string(kind))
	}
	gauge(jobsOldest, now.Sub(oldest).Seconds())
}
