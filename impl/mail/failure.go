package mail

import (
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"regexp"

	"github.com/meetwright/meetwright/impl/job"
)

// giveUp is a failure that no other attempt would mend.
func giveUp(format string, args ...any) error {
	return &job.Outcome{Err: fmt.Errorf(format, args...), GiveUp: true}
}

// failure says what went wrong with a mail server in words that hold no
// address: of an answer, only its codes.
func failure(what string, err error) *job.Outcome {
	var answer *textproto.Error
	var network *net.OpError
	switch {
	case errors.As(err, &answer):
		return &job.Outcome{Err: fmt.Errorf("%s: SMTP %d%s", what, answer.Code, enhanced(answer.Msg)), Status: answer.Code}
	case errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err), errors.Is(err, net.ErrClosed):
		return &job.Outcome{Err: fmt.Errorf("%s: timeout", what)}
	case errors.As(err, &network):
		return &job.Outcome{Err: fmt.Errorf("%s: %s: %w", what, network.Op, network.Err)}
	}
	return &job.Outcome{Err: fmt.Errorf("%s: %w", what, err)}
}

// recipientRefused gives up when the server will not have the recipient. 530
// is about us: we are to authenticate first (RFC 4954 §6).
func recipientRefused(err error) *job.Outcome {
	o := failure("recipient refused", err)
	o.GiveUp = o.Status/100 == 5 && o.Status != 530
	return o
}

func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

// status is an enhanced status code at the beginning of an answer (RFC 2034).
var status = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

func enhanced(answer string) string {
	if code := status.FindString(answer); code != "" {
		return " " + code
	}
	return ""
}
