package stub

import (
	"fmt"
	"strconv"
	"strings"
)

// Program returns a program in Go that makes a call again, and prints the
// answer. It takes credentials from the environment. A call that is not kept
// is a [server.Problem] of 404.
func (w *World) Program(id string) (string, error) {
	c := w.journal.get(id)
	if c == nil {
		return "", errNoCall
	}
	return c.program(w.PublicURL), nil
}

func (c *call) program(address string) string {
	a := c.again(address)
	var p strings.Builder
	p.WriteString("package main\n\nimport (\n\t\"fmt\"\n\t\"io\"\n\t\"log\"\n\t\"net/http\"\n\t\"os\"\n")
	body := "http.NoBody"
	if a.body != "" {
		p.WriteString("\t\"strings\"\n")
		body = "strings.NewReader(" + literal(a.body) + ")"
	}
	p.WriteString(")\n\nfunc main() {\n")
	if a.cut != "" {
		p.WriteString("\t// " + a.cut + "\n")
	}
	fmt.Fprintf(&p, "\trequest, err := http.NewRequest(%q, %q, %s)\n", a.method, a.url, body)
	p.WriteString("\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n")
	for _, h := range a.headers {
		value := strconv.Quote(h.value)
		switch {
		case h.variable != "" && h.value == "":
			value = fmt.Sprintf("os.Getenv(%q)", h.variable)
		case h.variable != "":
			value += fmt.Sprintf("+os.Getenv(%q)", h.variable)
		}
		fmt.Fprintf(&p, "\trequest.Header.Add(%q, %s)\n", h.name, value)
	}
	p.WriteString(`	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	fmt.Println(answer.Status)
	if _, err := io.Copy(os.Stdout, answer.Body); err != nil {
		log.Fatal(err)
	}
}
`)
	return p.String()
}

// literal is a text in Go, raw when it can be.
func literal(text string) string {
	if strconv.CanBackquote(strings.ReplaceAll(text, "\n", "")) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}
