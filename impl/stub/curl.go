package stub

import "strings"

// curl is a command line that makes a call again at an address, or where it
// was made when that is "".
func (c *call) curl(address string) string {
	a := c.again(address)
	lines := []string{"curl -X " + a.method + " " + quoted(a.url)}
	for _, h := range a.headers {
		if h.variable != "" {
			lines = append(lines, `-H "`+h.name+": "+h.value+"$"+h.variable+`"`)
		} else {
			lines = append(lines, "-H "+quoted(h.name+": "+h.value))
		}
	}
	if a.body != "" {
		lines = append(lines, "--data-raw "+quoted(a.body))
	}
	return strings.Join(lines, " \\\n  ") + "\n"
}

// quoted is a text as one word of a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
