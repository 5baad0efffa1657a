package impl

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// How long is kept what only looks back. Idempotency keys are kept for
// keepAnswers.
const (
	keepDone     = 30 * 24 * time.Hour // jobs that are done, with their attempts
	keepDead     = 90 * 24 * time.Hour // jobs that were given up
	keepEvents   = 30 * 24 * time.Hour // events that no job tells of
	keepMessages = 10_000              // captured mails
)

const (
	tidyEvery = time.Hour
	// tidyBatch is how many rows one transaction deletes, so that others need
	// not wait long.
	tidyBatch = 500
)

// Tidy deletes what is kept no longer. Several servers of one database may do
// it at the same time.
func (s *Service) Tidy(ctx context.Context) error {
	for _, remove := range []func(tx *store.Tx) (int, error){
		func(tx *store.Tx) (int, error) {
			return tx.DeleteFinishedJobs(meet.JobDone, tx.Now().Add(-keepDone), tidyBatch)
		},
		func(tx *store.Tx) (int, error) {
			return tx.DeleteFinishedJobs(meet.JobDead, tx.Now().Add(-keepDead), tidyBatch)
		},
		func(tx *store.Tx) (int, error) { return tx.DeleteEvents(tx.Now().Add(-keepEvents), tidyBatch) },
		func(tx *store.Tx) (int, error) { return tx.DeleteKeys(tx.Now().Add(-keepAnswers), tidyBatch) },
		func(tx *store.Tx) (int, error) { return tx.DeleteOldMessages(keepMessages, tidyBatch) },
	} {
		for n := tidyBatch; n == tidyBatch; {
			err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
				if err := tx.Lock("tidy"); err != nil {
					return err
				}
				n, err = remove(tx)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// tidyHourly tidies until ctx is done, at another minute than other servers.
func (s *Service) tidyHourly(ctx context.Context, log *slog.Logger) {
	for wait := rand.N(tidyEvery); ; wait = tidyEvery {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		if err := s.Tidy(ctx); err != nil && ctx.Err() == nil {
			level := slog.LevelError
			if meet.CodeOf(err) == meet.CodeUnavailable { // another server may be at it
				level = slog.LevelWarn
			}
			log.Log(ctx, level, "old rows cannot be deleted; it is tried again in an hour", "error", err)
		}
	}
}
