package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Image is the whole content of a database in memory.
type Image struct{ bytes []byte }

// Image returns the content of a store in memory as it is between two
// changes. Of any other store it is an error.
func (s *Store) Image(ctx context.Context) (Image, error) {
	e, ok := s.engine.(*sqliteEngine)
	if !ok || e.readers != e.writers {
		return Image{}, errors.New("only a database in memory has an image")
	}
	c, err := e.writers.get(ctx)
	if err != nil {
		return Image{}, err
	}
	defer e.writers.put(c)
	var image Image
	err = c.Raw(func(driver any) (err error) {
		image.bytes, err = driver.(interface{ Serialize() ([]byte, error) }).Serialize()
		return err
	})
	return image, err
}

// OpenImage opens a database in memory that begins with a copy of an image.
// It neither migrates nor checks: the program that made the image did. The
// caller must Close the store.
func OpenImage(ctx context.Context, image Image, o Options) (*Store, error) {
	s := &Store{now: o.Now, told: o.Committed, log: o.Logger}
	if s.now == nil {
		s.now = time.Now
	}
	if s.told == nil {
		s.told = func() {}
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	db, err := sql.Open("sqlite", dsn(memory, "_pragma=foreign_keys(1)", "_pragma=temp_store(MEMORY)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	pool, err := newPool(db, 1)
	if err != nil {
		return nil, err
	}
	c, err := pool.get(ctx)
	if err == nil {
		err = c.Raw(func(driver any) error {
			return driver.(interface{ Deserialize([]byte) error }).Deserialize(image.bytes)
		})
		pool.put(c)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("copy a database: %w", err), pool.close())
	}
	s.engine = &sqliteEngine{store: s, writers: pool, readers: pool, writer: startWriter(s, pool)}
	return s, nil
}
