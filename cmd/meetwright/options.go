package main

import (
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/mail"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// serveOptions are the flags of serve as they were given.
type serveOptions struct {
	addr, db, mode, seed, clock, dialect, publicURL, readyFile string
	smtpURL, mailFrom, secretKeyFile, logFormat                string
	noMail, strictResponses                                    bool
	proxy                                                      string
	trustedProxies                                             []string
	rateLimit                                                  int
}

func (o *serveOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.addr, "addr", "127.0.0.1:8080", "address to listen on; port 0 picks a free one")
	f.StringVar(&o.db, "db", defaultDatabase, "database: a SQLite file, :memory: or postgres://user:password@host/name")
	f.StringVar(&o.mode, "mode", "stub", "stub: demo data and a control plane; live: neither")
	f.StringVar(&o.seed, "seed", "", "content of an empty database: demo, none or a YAML file (default demo in stub mode, none in live)")
	f.StringVar(&o.clock, "clock", "", "stub mode: the clock of a fresh database, such as 2024-01-10T08:00:00Z (default: real time)")
	f.StringVar(&o.smtpURL, "smtp-url", "", "live mode: how mail leaves, smtp://user:password@host:587 or smtps://")
	f.StringVar(&o.mailFrom, "mail-from", "", "live mode: the sender of mail")
	f.BoolVar(&o.noMail, "no-mail", false, "live mode: send no mail")
	f.StringVar(&o.dialect, "dialect", "docs", "how answers are spelt: docs or production")
	f.StringVar(&o.publicURL, "public-url", "", "where clients reach this server (default: the address listened on)")
	f.StringSliceVar(&o.trustedProxies, "trusted-proxies", nil, "networks of the proxies in front, such as 10.0.0.0/8, whose X-Forwarded-For is believed")
	f.BoolVar(&o.strictResponses, "strict-responses", false, "hold each answer against the contract, and log where it leaves that")
	f.StringVar(&o.proxy, "proxy", "", "pass calls on to the server of this URL, and report where they or its answers leave the contract")
	f.StringVar(&o.readyFile, "ready-file", "", "file to write, as JSON, once requests are accepted")
	f.StringVar(&o.secretKeyFile, "secret-key-file", "", "file with the key that secrets are derived from (default: <db>.key, made when missing; needed with PostgreSQL in live mode)")
	f.StringVar(&o.logFormat, "log-format", "", "text or json (default text on a terminal, else json)")
	f.IntVar(&o.rateLimit, "rate-limit", -1, "requests a minute for each API key, 0 for no limit (default 100 in live mode, 0 in stub mode)")
}

// settings checks the flags and turns them into settings.
func (o *serveOptions) settings(stderr io.Writer) (s impl.Settings, err error) {
	s = impl.Settings{
		Database: o.db, Live: o.mode == "live", Dialect: o.dialect, PublicURL: o.publicURL, RateLimit: o.rateLimit, Version: version(),
		StrictResponses: o.strictResponses,
	}
	if s.Logger, err = o.logger(stderr); err != nil {
		return s, err
	}
	if err := o.checkDatabase(); err != nil {
		return s, err
	}
	s.Database = o.db
	usage := func(what, why, try string) (impl.Settings, error) {
		return s, &failure{exitUsage, what, why, try}
	}
	switch {
	case o.mode != "stub" && o.mode != "live":
		return usage("--mode is unknown", o.mode+" is neither stub nor live", "--mode stub")
	case o.dialect != "docs" && o.dialect != "production":
		return usage("--dialect is unknown", o.dialect+" is neither docs nor production", "--dialect docs")
	case o.publicURL != "" && !isWebURL(o.publicURL):
		return usage("--public-url is no URL", o.publicURL+" is not an http or https address", "--public-url https://book.example.com")
	case s.Live && o.clock != "":
		return usage("--clock is for stub mode", "a live server keeps the real time", "leave --clock out")
	case s.Live && !o.noMail && (o.smtpURL == "" || o.mailFrom == ""):
		return usage("live mode needs --smtp-url and --mail-from", "attendees and hosts are told by mail", "name a mail server, or add --no-mail")
	}
	if o.smtpURL != "" && s.Live && !o.noMail {
		s.MailFrom = o.mailFrom
		if s.SMTP, err = mail.ParseSMTP(o.smtpURL); err != nil {
			return usage("--smtp-url is wrong", err.Error(), "--smtp-url smtp://user:password@mail.example.com:587")
		}
	}
	for _, network := range o.trustedProxies {
		prefix, err := netip.ParsePrefix(network)
		if err != nil {
			return usage("--trusted-proxies names no network", oneLine(err), "--trusted-proxies 10.0.0.0/8,fd00::/8")
		}
		s.TrustedProxies = append(s.TrustedProxies, prefix)
	}
	if o.clock != "" {
		if s.Clock, err = time.Parse(time.RFC3339, o.clock); err != nil {
			return usage("--clock is no instant", oneLine(err), "--clock 2024-01-10T08:00:00Z")
		}
	}
	if s.RateLimit < 0 {
		s.RateLimit = 0
		if s.Live {
			s.RateLimit = 100
		}
	}
	if s.Seed, err = o.fixture(s.Live); err != nil {
		return s, err
	}
	s.Ring, err = o.keyring()
	return s, err
}

// checkDatabase refuses what no database can be, and follows links, so that
// one file has one lock and one key.
func (o *serveOptions) checkDatabase() error {
	switch {
	case o.db == "":
		return &failure{exitUsage, "--db is empty", "a database needs a name", "--db " + defaultDatabase + ", or --db :memory:"}
	case o.db == ":memory:", store.IsServer(o.db):
		return nil
	case strings.Contains(o.db, "://"):
		return &failure{exitUsage, "--db names another kind of database", "only SQLite and PostgreSQL are known", "--db " + defaultDatabase + ", or --db postgres://user@host/name"}
	}
	if _, err := os.Stat(filepath.Dir(o.db)); err != nil {
		return &failure{exitUsage, "the folder of --db cannot be used", err.Error(), "make it first, or choose another --db"}
	}
	if real, err := filepath.EvalSymlinks(o.db); err == nil {
		o.db = real
	}
	return checkFile(o.db)
}

func (o *serveOptions) logger(stderr io.Writer) (*slog.Logger, error) {
	format := o.logFormat
	if format == "" {
		format = "json"
		if f, ok := stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			format = "text"
		}
	}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(stderr, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(stderr, nil)), nil
	}
	return nil, &failure{exitUsage, "--log-format is unknown", format + " is neither text nor json", "--log-format text"}
}

func isWebURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// fixture is the content of a fresh database.
func (o *serveOptions) fixture(live bool) (*fixture.Fixture, error) {
	seed := o.seed
	if seed == "" && live {
		seed = "none"
	}
	switch seed {
	case "none":
		return nil, nil
	case "":
		seed = "demo"
	}
	return readSeed(seed)
}

// demoKey is the server key of stub mode on a database server, where
// processes share one and nothing is secret.
const demoKey = "ZGVtb0RlbW9EZW1vRGVtb0RlbW9EZW1vRGVtb0RlbW8="

// keyring finds the server key: in the environment, in a file that was
// named, beside a database file, or, for a database in memory, nowhere.
func (o *serveOptions) keyring() (ring *secret.Keyring, err error) {
	switch text := os.Getenv("MEETWRIGHT_SECRET_KEY"); {
	case text != "":
		ring, err = secret.Parse([]byte(text))
	case o.secretKeyFile != "":
		if _, err := os.Stat(o.secretKeyFile); errors.Is(err, os.ErrNotExist) {
			return nil, &failure{exitUsage, "--secret-key-file does not exist", err.Error(), "openssl rand -base64 32 > " + o.secretKeyFile}
		}
		ring, err = secret.LoadOrCreate(o.secretKeyFile)
	case o.db == ":memory:":
		ring = secret.New()
	case store.IsServer(o.db) && o.mode == "live":
		return nil, &failure{exitUsage, "live mode on PostgreSQL needs --secret-key-file", "all servers of the database derive secrets from one key",
			"openssl rand -base64 32 > meetwright.key, then --secret-key-file meetwright.key on each"}
	case store.IsServer(o.db):
		ring, err = secret.Parse([]byte(demoKey))
	default:
		ring, err = secret.LoadOrCreate(o.db + ".key")
	}
	if err != nil {
		return nil, &failure{exitFailed, "the secret key cannot be used", oneLine(err), "openssl rand -base64 32 makes one; keep it beside the database"}
	}
	return ring, nil
}
