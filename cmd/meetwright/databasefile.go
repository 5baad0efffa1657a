package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// sqliteHeader is what a SQLite file begins with
// (https://www.sqlite.org/fileformat2.html §1.3).
const sqliteHeader = "SQLite format 3\x00"

// checkFile refuses a SQLite file that could not be used, before anything is
// made beside it. An empty file can be, and a missing one. Nobody may have the
// file open in this process: its locks would be lost.
func checkFile(path string) error {
	folder := filepath.Dir(path)
	aside, err := os.CreateTemp(folder, ".meetwright-*") // SQLite keeps its log in the folder
	if err != nil {
		return &failure{exitFailed, "the folder of --db cannot be written", err.Error(), "make " + folder + " writable for the user of the server, or choose another --db"}
	}
	if err := errors.Join(aside.Close(), os.Remove(aside.Name())); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &failure{exitFailed, "the file of --db cannot be written", err.Error(), "make " + path + " writable for the user of the server, or choose another --db"}
	}
	defer func() { _ = f.Close() }() // nothing was written
	header := make([]byte, len(sqliteHeader))
	n, err := io.ReadFull(f, header)
	switch {
	case n == 0 && errors.Is(err, io.EOF), string(header) == sqliteHeader:
		return nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	}
	return &failure{exitUsage, "the file of --db is no database", path + " holds something else", "choose another --db"}
}
