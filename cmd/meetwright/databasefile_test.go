package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Ensure that a file or a folder that may only be read is told apart from
// other trouble.
func TestCheckFile_ReadOnly(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("nothing is read-only for root: run this as another user")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "x.db")
	if err := os.WriteFile(file, nil, 0o400); err != nil {
		t.Fatal(err)
	}
	if f := asFailure(checkFile(file)); f.what != "the file of --db cannot be written" {
		t.Errorf("the file: %v", f)
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(dir, 0o700) }() // so that it can be removed
	if f := asFailure(checkFile(filepath.Join(dir, "y.db"))); f.what != "the folder of --db cannot be written" {
		t.Errorf("the folder: %v", f)
	}
}
