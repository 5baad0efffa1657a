package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
)

// apiCommand makes any call.
func apiCommand() *cobra.Command {
	var data string
	var query, headers []string
	cmd := remote(&cobra.Command{
		Use: "api METHOD PATH", Short: "Make any call with the credential, and print the body of the answer",
		Example: `  meetwright api GET /v4/user/me
  meetwright api POST /v4/booking -d @booking.json
  meetwright api GET /v4/appointment/paginated -q page=0 -q pageSize=5`,
		Args: cobra.ExactArgs(2),
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			request, err := s.rawRequest(ctx, strings.ToUpper(args[0]), args[1], data, query, headers)
			if err != nil {
				return err
			}
			return s.rawCall(request)
		}),
	})
	cmd.Flags().StringVarP(&data, "data", "d", "", "body: JSON, @FILE, or @- for the standard input")
	cmd.Flags().StringArrayVarP(&query, "query", "q", nil, "query parameter, such as page=0")
	cmd.Flags().StringArrayVarP(&headers, "header", "H", nil, "header, such as 'Prefer: code=503'")
	return cmd
}

func (s *session) rawRequest(ctx context.Context, method, path, data string, query, headers []string) (*http.Request, error) {
	if !strings.HasPrefix(path, "/") {
		return nil, wrongUsage(s.cmd, fmt.Errorf("the path %q does not begin with /", path))
	}
	values := url.Values{}
	for _, pair := range query {
		key, value, found := strings.Cut(pair, "=")
		if !found {
			return nil, wrongUsage(s.cmd, fmt.Errorf("--query %q is not like page=0", pair))
		}
		values.Add(key, value)
	}
	if len(values) > 0 {
		path += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + values.Encode()
	}
	body, err := readData(s.cmd, data)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, wrongUsage(s.cmd, err)
	}
	request.Header.Set("User-Agent", "meetwright/"+version())
	if s.key != "" {
		request.Header.Set("Authorization", "Bearer "+s.key)
	}
	if actor := flag(s.cmd, "acting-user"); actor != "" {
		request.Header.Set("X-Meetergo-Api-User-Id", actor)
	}
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		name, value, found := strings.Cut(header, ":")
		if !found {
			return nil, wrongUsage(s.cmd, errors.New("--header is not like Name: value"))
		}
		request.Header.Set(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return request, nil
}

func (s *session) rawCall(request *http.Request) error {
	answer, err := s.patient().Do(request)
	changes := request.Method != http.MethodGet && request.Method != http.MethodHead
	if err != nil && changes {
		return lostAnswer(err)
	}
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil && changes {
		return lostAnswer(err)
	}
	if err != nil {
		return err
	}
	if isTerminal(s.cmd.OutOrStdout()) {
		err = s.printAnswer()
	} else {
		_, err = s.cmd.OutOrStdout().Write(body)
	}
	if err != nil || answer.StatusCode < http.StatusMultipleChoices {
		return err
	}
	f := statusFailure(answer.StatusCode, sentence(body))
	if changes && answer.StatusCode >= http.StatusInternalServerError && answer.StatusCode != http.StatusNotImplemented {
		f.code, f.try = exitUnknown, lookFirst
	}
	return f
}

// lostAnswer is a change that got no answer: nothing happened only when there
// was no connection.
func lostAnswer(err error) error {
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" {
		return err
	}
	return &client.OutcomeUnknownError{Operation: "api", Err: err}
}

// readData reads what -d names.
func readData(cmd *cobra.Command, data string) ([]byte, error) {
	file, named := strings.CutPrefix(data, "@")
	switch {
	case !named:
		return []byte(data), nil
	case file == "-":
		return io.ReadAll(cmd.InOrStdin())
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, &failure{exitUsage, "--data cannot be read", oneLine(err), "--data @FILE, @- or JSON"}
	}
	return body, nil
}

// decodeData reads -d as the body of an operation. A property that the
// operation does not know is an error, because it would do nothing.
func decodeData[T any](cmd *cobra.Command) (body T, err error) {
	data, err := readData(cmd, flag(cmd, "data"))
	if err != nil {
		return body, err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return body, wrongUsage(cmd, errors.New("the body is missing: give it with --data"))
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return body, wrongUsage(cmd, fmt.Errorf("--data: %w", err))
	}
	return body, nil
}
