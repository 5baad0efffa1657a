package stub

import (
	"net/http"
	"strings"
	"testing"
)

// Ensure that a command line and a program ask for what was asked for.
func TestAgain(t *testing.T) {
	t.Parallel()
	whole := func(text string) message { return message{body: []byte(text), bytes: int64(len(text))} }
	cut := message{body: []byte("x"), bytes: 9}
	for _, test := range []struct {
		call    call
		command string
		program string
	}{
		{call{method: "GET", target: "/a%2Fb/%7Ec?x=%20"}, "curl -X GET 'http://h/a%2Fb/%7Ec?x=%20'\n", `http.NewRequest("GET", "http://h/a%2Fb/%7Ec?x=%20", http.NoBody)`},
		{call{method: "HEAD", target: "/a"}, "curl --head 'http://h/a'\n", `http.NewRequest("HEAD", "http://h/a", http.NoBody)`},
		{call{method: "HEAD", target: "/a", sent: whole("x")}, "curl --head 'http://h/a'\n", `strings.NewReader("x")`},
		{call{method: "GET", target: "/a?x[]={1,2}"}, "curl -X GET --globoff 'http://h/a?x[]={1,2}'\n", `"http://h/a?x[]={1,2}"`},
		{call{method: "GET", target: "/a/../b"}, "curl -X GET --path-as-is 'http://h/a/../b'\n", `"http://h/a/../b"`},
		{call{method: "GET", target: "/a?client_secret=b"}, "curl -X GET 'http://h/a?client_secret=***'\n", `"http://h/a?client_secret=***"`},
		{
			call{method: "POST", target: "/a", sent: cut},
			"# The body is not whole: it was kept up to byte 1.\ncurl -X POST 'http://h/a' \\\n  --data-raw 'x'\n",
			"{\n\t// The body is not whole: it was kept up to byte 1.\n\trequest,",
		},
	} {
		test.call.host = "h"
		if have := test.call.curl(""); have != test.command {
			t.Errorf("the command line is\n%swant\n%s", have, test.command)
		}
		if have := strings.ReplaceAll(test.call.program(""), "`x`", `"x"`); !strings.Contains(have, test.program) {
			t.Errorf("the program is\n%s\nwithout\n%s", have, test.program)
		}
	}

	secret := call{method: "GET", host: "h", target: "/", sent: message{header: http.Header{
		"X-Api-Key": {"hush"}, "X-Back": {"/m/1?secret=hush"}, "Authorization": {"Bearer hush"},
	}}}
	command, program := secret.curl(""), secret.program("")
	for _, text := range []string{command, program} {
		if strings.Contains(text, "hush") || !strings.Contains(text, "/m/1?secret=***") {
			t.Errorf("it says\n%s", text)
		}
	}
	if !strings.Contains(command, `-H "X-Api-Key: $X_API_KEY"`) || !strings.Contains(program, `request.Header.Add("X-Api-Key", os.Getenv("X_API_KEY"))`) {
		t.Errorf("the key is not that of the environment:\n%s%s", command, program)
	}
}
