package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/fixture"
)

// BenchmarkStart starts the program with its demo and books at once. It
// reports the time from start to the first 201, and the memory that is
// resident a second later.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	program := filepath.Join(dir, "meetwright")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	var taken time.Duration
	var resident int
	for i := range b.N {
		ready := filepath.Join(dir, fmt.Sprintf("ready-%d.json", i))
		cmd := exec.CommandContext(b.Context(), program, "serve", "--addr", "127.0.0.1:0", "--db", filepath.Join(dir, fmt.Sprintf("%d.db", i)),
			"--clock", "2024-01-10T08:00:00Z", "--ready-file", ready)
		start := time.Now()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		bookSample(b, awaitReady(b, ready))
		taken += time.Since(start)
		time.Sleep(time.Second)
		resident = max(resident, residentKB(b, cmd.Process.Pid))
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			b.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(taken.Milliseconds())/float64(b.N), "ms/first-201")
	b.ReportMetric(float64(resident)/1024, "MB-resident")
}

func awaitReady(b *testing.B, file string) (r readiness) {
	for deadline := time.Now().Add(startTimeout); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if text, err := os.ReadFile(file); err == nil {
			if err := json.Unmarshal(text, &r); err != nil {
				b.Fatal(err)
			}
			return r
		}
	}
	b.Fatal("the server did not start")
	return r
}

func bookSample(b *testing.B, server readiness) {
	body := fmt.Sprintf(`{"meetingTypeId": %q, "start": "2024-01-15T09:00:00+01:00", "hostIds": [%q],
		"attendee": {"email": "client@example.com", "fullname": "Jane Smith", "receiveReminders": true, "notes": {}}}`, fixture.IntroID, server.UserID)
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, server.URL+"/v4/booking", bytes.NewReader([]byte(body)))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+server.APIKey)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusCreated {
		b.Fatalf("status %d, %v", answer.StatusCode, err)
	}
}

var residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// residentKB reads the memory of a process where the system tells it, and is
// 0 elsewhere.
func residentKB(b *testing.B, pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Log("resident memory is not known on this system")
		return 0
	}
	kb, err := strconv.Atoi(string(residentLine.FindSubmatch(text)[1]))
	if err != nil {
		b.Fatal(err)
	}
	return kb
}
