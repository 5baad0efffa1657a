package store_test

import (
	"testing"

	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t testing.TB, o store.Options) *store.Store {
		return open(t, postgrestest.Database(t), o)
	})
}
