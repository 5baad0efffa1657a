package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/spf13/cobra"
)

// table prints rows in columns, and nothing when there are none but words.
func table(cmd *cobra.Command, head []string, rows [][]string) error {
	if len(rows) == 0 {
		fmt.Fprintln(cmd.ErrOrStderr(), "There are none.")
		return nil
	}
	return columns(cmd, append([][]string{head}, rows...))
}

// columns prints rows in columns. What strangers wrote cannot command the
// terminal.
func columns(cmd *cobra.Command, rows [][]string) error {
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			row[i] = printable(cell)
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(row, "\t"), "\t"))
	}
	return w.Flush()
}

// printable is text on one line without control characters.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, text)
}

// paragraph is text of several lines without other control characters.
func paragraph(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return strings.Join(lines, "\n")
}

// text is what p points to, or a dash.
func text(p *string) string {
	if p == nil || *p == "" {
		return "-"
	}
	return *p
}

// printLine writes data for programs, on a line of its own.
func printLine(cmd *cobra.Command, data any) error {
	return json.NewEncoder(cmd.OutOrStdout()).Encode(data)
}
