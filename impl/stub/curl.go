package stub

import (
	"net/http"
	"regexp"
	"strings"
)

// What curl would change in an address, unless it is told not to: sets and
// ranges, and steps up or nowhere.
var (
	globbed = regexp.MustCompile(`[][{}]`)
	dotted  = regexp.MustCompile(`/\.\.?(?:[/?]|$)`)
)

// curl is a command line that makes a call again at an address, or where it
// was made when that is "".
func (c *call) curl(address string) string {
	a := c.again(address)
	command := "curl -X " + a.method
	if a.method == http.MethodHead {
		command, a.body = "curl --head", "" // curl sends none with it
	}
	if globbed.MatchString(a.url) {
		command += " --globoff"
	}
	if dotted.MatchString(a.url) {
		command += " --path-as-is"
	}
	lines := []string{command + " " + quoted(a.url)}
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
	text := strings.Join(lines, " \\\n  ") + "\n"
	if a.cut != "" {
		text = "# " + a.cut + "\n" + text
	}
	return text
}

// quoted is a text as one word of a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
