package stub

import (
	"slices"
	"strings"
)

// variables are what stands for a credential on a command line.
var variables = map[string]string{
	"Authorization":        "Bearer $MEETERGO_API_KEY",
	"X-Appointment-Secret": "$APPOINTMENT_SECRET",
	"X-Confirmation-Token": "$CONFIRMATION_TOKEN",
}

// noise are headers that curl sends by itself, or that do not matter.
var noise = []string{
	"Accept", "Accept-Encoding", "Connection", "Content-Length", "Cookie", "Origin", "Proxy-Authorization", "Referer", "User-Agent",
	"X-Forwarded-For", "X-Request-Id",
}

// curl is a command line that makes a call again at an address, or where it
// was made when that is "".
func (c *call) curl(address string) string {
	if address == "" {
		address = "http://" + c.host
	}
	target := strings.TrimSuffix(address, "/") + c.path
	if c.query != "" {
		target += "?" + maskText(c.query)
	}
	lines := []string{"curl -X " + c.method + " " + quoted(target)}
	names := []string{}
	for name := range c.sent.header {
		if !slices.Contains(noise, name) && !strings.HasPrefix(name, "Sec-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range c.sent.header[name] {
			if variable, secret := variables[name]; secret {
				lines = append(lines, `-H "`+name+": "+variable+`"`)
			} else {
				lines = append(lines, "-H "+quoted(name+": "+value))
			}
		}
	}
	if len(c.sent.body) > 0 {
		lines = append(lines, "--data-raw "+quoted(maskText(string(c.sent.body))))
	}
	return strings.Join(lines, " \\\n  ") + "\n"
}

// quoted is a text as one word of a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
