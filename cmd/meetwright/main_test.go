package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"meetwright": func() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the user stories of testdata/script, one a file.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=10") // each command would end with a second of sleep
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready":   waitReady,
			"request": request,
			"setkey":  setKey,
			"liar":    startLiar,
		},
	})
}

// startTimeout is how long a server may take on a busy machine.
const startTimeout = 20 * time.Second

// waitReady waits for a ready file and sets URL, ADDR, KEY, PLATFORM_KEY
// and PID to what it says: ready FILE
func waitReady(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.MkAbs(args[0])
	for deadline := time.Now().Add(startTimeout); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(file); err == nil {
			break
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s did not appear", args[0])
		}
	}
	var r readiness
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &r))
	ts.Setenv("URL", r.URL)
	ts.Setenv("ADDR", strings.TrimPrefix(r.URL, "http://"))
	ts.Setenv("KEY", r.APIKey)
	ts.Setenv("PLATFORM_KEY", r.PlatformKey)
	ts.Setenv("PID", fmt.Sprint(r.PID))
	ts.Check(os.Remove(file))
}

// request sends a request with the bearer KEY and prints status and body:
// request METHOD PATH [FILE]
func request(ts *testscript.TestScript, neg bool, args []string) {
	var body io.Reader
	if len(args) > 2 {
		body = strings.NewReader(ts.ReadFile(args[2]))
	}
	r, err := http.NewRequestWithContext(context.Background(), args[0], ts.Getenv("URL")+args[1], body)
	ts.Check(err)
	r.Header.Set("Content-Type", "application/json")
	if key := ts.Getenv("KEY"); key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(r)
	if neg {
		if err == nil {
			ts.Fatalf("the server answered %s", answer.Status)
		}
		return
	}
	ts.Check(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d\n%s\n", answer.StatusCode, text)
}

// setKey sets an environment variable to a property of a JSON file: setkey
// NAME FILE PROPERTY
func setKey(ts *testscript.TestScript, _ bool, args []string) {
	var data map[string]any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &data))
	ts.Setenv(args[0], fmt.Sprint(data[args[2]]))
}

// startLiar starts a server that does not keep the contract, and sets LIAR to
// its address: liar
func startLiar(ts *testscript.TestScript, _ bool, _ []string) {
	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-Id", "liar")
		fmt.Fprint(w, `{"id":7}`)
	}))
	ts.Defer(liar.Close)
	ts.Setenv("LIAR", liar.URL)
}
