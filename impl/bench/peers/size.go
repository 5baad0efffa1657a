package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path/filepath"
	"time"
)

const (
	starts       = 20 // Prism's are fewer, they take seconds
	prismStarts  = 3
	loadedFor    = 10 * time.Second
	resets       = 10
	beforeAReset = 200 * time.Millisecond // of bookings
)

// size measures start, memory, reset and what is installed.
func (b bench) size(ctx context.Context) error {
	n := 0
	prism, _, err := startOf(ctx, prismStarts, b.mock)
	if err != nil {
		return err
	}
	for _, kind := range []string{"in memory", "new file"} {
		mid, least, err := startOf(ctx, starts, func(ctx context.Context) (*process, error) {
			if kind == "in memory" {
				return b.demo(ctx)
			}
			n++
			return begin(ctx, b.ours, "serve", "--addr", "127.0.0.1:PORT", "--db", b.database(fmt.Sprint(n)))
		})
		if err != nil {
			return err
		}
		row("start to first answer, median, "+kind+": Prism", "%.0f ms", mid, prism, "<= 60 ms")
		row("start to first answer, least, "+kind, "%.0f ms", least, prism, "")
	}
	file := func(ctx context.Context) (*process, error) {
		return begin(ctx, b.ours, "serve", "--addr", "127.0.0.1:PORT", "--db", b.database("loaded"))
	}
	err = with(ctx, file, b.mock, func(ours, theirs *process) error {
		idle, err := ours.resident()
		if err != nil {
			return err
		}
		theirIdle, err := theirs.resident()
		if err != nil {
			return err
		}
		row("memory at rest: Prism", "%.1f MB", idle, theirIdle, "")
		var loaded [2]float64
		for i, p := range []*process{ours, theirs} {
			if _, err := bookings(0).run(ctx, p.addr, loadedFor); err != nil {
				return err
			}
			if loaded[i], err = p.resident(); err != nil {
				return err
			}
		}
		row("memory after 10 s of bookings: Prism", "%.1f MB", loaded[0], loaded[1], "<= 60 MB")
		return nil
	})
	if err != nil {
		return err
	}
	if err := b.reset(ctx); err != nil {
		return err
	}
	program, err := sizeOf(b.ours)
	if err != nil {
		return err
	}
	real, err := filepath.EvalSymlinks(b.prism)
	if err != nil {
		return err
	}
	installed, err := sizeOf(filepath.Join(filepath.Dir(real), "..", "..", "..")) // node_modules
	if err == nil {
		row("installed: Prism without Node", "%.1f MB", program, installed, "<= 40 MB")
	}
	return err
}

// startOf is the time from start to first answer in milliseconds, of n
// starts the median and the least.
func startOf(ctx context.Context, n int, begin func(context.Context) (*process, error)) (mid, least float64, err error) {
	var all []float64
	for range n {
		p, err := begin(ctx)
		if err != nil {
			return 0, 0, err
		}
		all = append(all, float64(p.started.Microseconds())/1000)
		if err := p.stop(); err != nil {
			return 0, 0, err
		}
	}
	mid = median(all)
	return mid, all[0], nil
}

// reset measures going back to the start after some bookings.
func (b bench) reset(ctx context.Context) error {
	p, err := b.demo(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = p.stop() }()
	var all []float64
	for range resets {
		if _, err := bookings(0).run(ctx, p.addr, beforeAReset); err != nil {
			return err
		}
		start := time.Now()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.addr+"/_/reset", http.NoBody)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode >= http.StatusMultipleChoices {
			return fmt.Errorf("reset: %s, %w", answer.Status, err)
		}
		all = append(all, float64(time.Since(start).Microseconds())/1000)
	}
	fmt.Printf("%-62s %14s %36s\n", "reset after 200 ms of bookings, median", fmt.Sprintf("%.1f ms", median(all)), "<= 20 ms")
	return nil
}

// sizeOf is how large a file or a folder is, in megabytes.
func sizeOf(path string) (float64, error) {
	var bytes int64
	err := filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return float64(bytes) / (1 << 20), err
}
