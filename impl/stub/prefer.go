package stub

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/meetwright/meetwright/server"
	"github.com/meetwright/meetwright/server/control"
)

// maxDelay is how long a call can be made to wait, in milliseconds.
const maxDelay = 300_000

// preferred reads the preferences of a call (RFC 7240). Those that are not
// known are left alone. Without any it returns nil.
func preferred(operation string, h http.Header) (*plan, *server.Problem) {
	lines := h["Prefer"]
	if lines == nil {
		return nil, nil
	}
	p := &plan{operation: operation}
	named := map[string]string{}
	for part := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		part, _, _ = strings.Cut(part, ";") // parameters
		name, value, _ := strings.Cut(part, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.Trim(strings.TrimSpace(value), `"`)
		if _, again := named[name]; again { // the first one counts (RFC 7240 §2)
			continue
		}
		known, wrong := p.prefer(name, value)
		if wrong != "" {
			return nil, refused("Prefer: " + wrong)
		}
		if known {
			named[name] = value
			p.applied = append(p.applied, name+"="+value)
		}
	}
	if len(named) == 0 {
		return nil, nil
	}
	if p.drop != "" && (p.code != 0 || named["example"] != "") {
		return nil, refused("Prefer cannot have drop beside code or example: a connection that is closed answers nothing")
	}
	if name, asked := named["example"]; asked {
		var problem *server.Problem
		if p.example, problem = example(operation, name, p.code); problem != nil {
			return nil, problem
		}
	}
	return p, nil
}

// prefer takes in one preference. It reports whether it is one of ours, and
// what is wrong with its value.
func (p *plan) prefer(name, value string) (known bool, wrong string) {
	switch name {
	case "code":
		code, err := strconv.Atoi(value)
		if err != nil || code < 200 || code > 599 {
			return true, "code must be a status from 200 to 599, such as code=503"
		}
		p.code = code
	case "delay":
		ms, err := strconv.Atoi(value)
		if err != nil || ms < 0 || ms > maxDelay {
			return true, fmt.Sprintf("delay must be a number of milliseconds, at most %d, such as delay=1500", maxDelay)
		}
		p.delay = time.Duration(ms) * time.Millisecond
	case "drop":
		p.drop = control.Drop(value)
		if p.drop != control.DropBeforeWrite && p.drop != control.DropAfterWrite {
			return true, "drop must be before-write or after-write"
		}
	case "example":
	default:
		return false, ""
	}
	return true, ""
}

// example finds an answer of the contract by its name, and by its status
// unless that is 0.
func example(operation, name string, status int) (*server.Example, *server.Problem) {
	all, _ := server.Examples(operation)
	names := []string{}
	for _, e := range all {
		if status != 0 && e.Status != status {
			continue
		}
		if e.Name == name && name != "" {
			return &e, nil
		}
		if e.Name != "" && !slices.Contains(names, e.Name) {
			names = append(names, e.Name)
		}
	}
	which := operation
	if status != 0 {
		which = fmt.Sprintf("%s with status %d", operation, status)
	}
	if len(names) == 0 {
		return nil, refused(which + " has no named examples")
	}
	return nil, refused(fmt.Sprintf("%s has no example %.60q; it has %s", which, name, strings.Join(names, ", ")))
}

// refused is a refusal of the request.
func refused(sentence string) *server.Problem {
	return &server.Problem{Status: http.StatusBadRequest, Message: sentence}
}
