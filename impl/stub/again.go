package stub

import (
	"fmt"
	"slices"
	"strings"
)

// again is a call as somebody makes it once more, with variables of the
// environment for its credentials.
type again struct {
	method, url, body string
	headers           []againHeader
	// cut says that the body is not all of what was sent, or is "".
	cut string
}

// againHeader is a header of a call that is made again.
type againHeader struct {
	name, value string
	variable    string // of the environment, whose content follows the value; or ""
}

// credentials are the headers that carry a credential.
var credentials = map[string]againHeader{
	"Authorization":        {value: "Bearer ", variable: "MEETERGO_API_KEY"},
	"X-Appointment-Secret": {variable: "APPOINTMENT_SECRET"},
	"X-Confirmation-Token": {variable: "CONFIRMATION_TOKEN"},
}

// noise are headers that a client sends by itself, or that do not matter.
var noise = []string{
	"Accept", "Accept-Encoding", "Connection", "Content-Length", "Cookie", "Origin", "Proxy-Authorization", "Referer", "User-Agent",
	"X-Forwarded-For", "X-Request-Id",
}

// again is the call at an address, or where it was made when that is "".
func (c *call) again(address string) again {
	if address == "" {
		address = "http://" + c.host
	}
	a := again{method: c.method, url: strings.TrimSuffix(address, "/") + maskText(c.target), body: maskText(string(c.sent.body))}
	if !c.sent.whole() {
		a.cut = fmt.Sprintf("The body is not whole: it was kept up to byte %d.", len(c.sent.body))
	}
	names := []string{}
	for name := range c.sent.header {
		if !slices.Contains(noise, name) && !strings.HasPrefix(name, "Sec-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range c.sent.header[name] {
			h, known := credentials[name]
			switch {
			case known:
			case secretHeader.MatchString(name):
				h.variable = strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
			default:
				h.value = maskText(value)
			}
			h.name = name
			a.headers = append(a.headers, h)
		}
	}
	return a
}
