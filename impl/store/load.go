package store

import (
	"fmt"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// Load is how busy a store is at a moment.
type Load struct {
	// Waiting are those that wait for their turn: changes, and on PostgreSQL
	// whoever waits for a connection.
	Waiting int
	// Used and Idle are the connections that are open.
	Used, Idle int
}

// Load tells how busy the store is. It asks nothing of the database.
func (s *Store) Load() Load { return s.engine.load() }

func (e *sqliteEngine) load() Load {
	l := Load{Waiting: len(e.writer.queue)}
	pools := []*pool{e.writers}
	if e.readers != e.writers {
		pools = append(pools, e.readers)
	}
	for _, p := range pools {
		idle := len(p.free)
		l.Idle += idle
		l.Used += max(0, cap(p.free)-len(p.unopened)-idle)
	}
	return l
}

func (e *postgresEngine) load() Load {
	stat := e.pool.Stat()
	return Load{Waiting: int(e.waiting.Load()), Used: int(stat.AcquiredConns()), Idle: int(stat.IdleConns())}
}

// JobCount is how many jobs of a kind there are.
type JobCount struct {
	Kind meet.JobKind
	// Due are those that wait or run though their time has come; Dead are
	// given up.
	Due, Dead int
	// Oldest is when the oldest of those due was, the zero time without any.
	Oldest time.Time
}

// JobCounts counts the jobs that are due or dead, for kinds that have such.
func (tx *Tx) JobCounts() ([]JobCount, error) {
	const query = `SELECT kind, count(CASE WHEN state = 'pending' THEN 1 END), count(CASE WHEN state = 'dead' THEN 1 END),
			min(CASE WHEN state = 'pending' THEN run_at END)
		FROM job WHERE state = 'pending' AND run_at <= $1 OR state = 'dead' AND finished_at IS NOT NULL
		GROUP BY kind ORDER BY kind`
	counts, err := list(tx, query, []any{micros(tx.now)}, func(row scanner) (c JobCount, err error) {
		err = row.Scan(&c.Kind, &c.Due, &c.Dead, instant{&c.Oldest})
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	return counts, nil
}
