package main

import (
	"fmt"
	"net/url"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/meetwright/meetwright/impl/drift"
)

// notProxied are the settings of what a proxy does not have.
var notProxied = []string{
	"db", "mode", "seed", "clock", "smtp-url", "mail-from", "no-mail", "dialect", "secret-key-file", "rate-limit", "strict-responses",
}

// passOn checks the flags of a server that passes calls on, and makes the
// others those of a server that keeps nothing.
func (o *serveOptions) passOn(flags *pflag.FlagSet) (target *url.URL, err error) {
	if o.proxy == "" {
		return nil, nil
	}
	for _, name := range notProxied {
		if f := flags.Lookup(name); f.Value.String() != f.DefValue {
			return nil, &failure{
				exitUsage, "--proxy excludes --" + name, "a proxy keeps nothing and answers nothing by itself; " + name + " is set by " + f.Annotations[sourceAnnotation][0],
				"leave one of them out",
			}
		}
	}
	const try = "--proxy https://api.example.com"
	target, err = url.Parse(o.proxy)
	switch {
	case err != nil || !isWebURL(o.proxy):
		return nil, &failure{exitUsage, "--proxy is no URL", "it is not an http or https address", try}
	case target.User != nil:
		return nil, &failure{exitUsage, "--proxy holds a credential", "each call brings its own, in its headers", try}
	case target.RawQuery != "" || target.Fragment != "":
		return nil, &failure{exitUsage, "--proxy has a query or a fragment", "the paths of the contract are put behind the address", try}
	}
	o.db, o.seed = ":memory:", "none"
	return target, nil
}

// printTallies says at the end what a proxy passed on.
func printTallies(cmd *cobra.Command, all []drift.Tally) error {
	var sum drift.Tally
	rows := [][]string{{"OPERATION", "CALLS", "LEFT THE CONTRACT", "NO ANSWER"}}
	for _, t := range all {
		sum.Calls, sum.Left = sum.Calls+t.Calls, sum.Left+t.Left
		name := t.Operation
		if name == "" {
			name = "not in the contract"
		}
		rows = append(rows, []string{name, fmt.Sprint(t.Calls), fmt.Sprint(t.Left), fmt.Sprint(t.Lost)})
	}
	fmt.Fprintf(cmd.OutOrStdout(), "Calls passed on: %d. Of these left the contract: %d.\n", sum.Calls, sum.Left)
	if len(all) == 0 {
		return nil
	}
	return columns(cmd, rows)
}
