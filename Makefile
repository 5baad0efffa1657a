.DEFAULT_GOAL := help
SHELL := bash

GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
OASDIFF  := github.com/oasdiff/oasdiff@v1.33.0
FUZZTIME ?= 10s
BENCHCOUNT ?= 3
PRISM ?= 5.14.2
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)

.PHONY: help
help: ## print the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-11s %s\n", $$1, $$2}'

.PHONY: generate
generate: ## make client and server from openapi.yaml
	go generate ./...

.PHONY: check
check: fresh tidy lint breaking race sizes ## what must hold before a change lands

.PHONY: fresh
fresh: # generated files are what openapi.yaml makes
	go generate ./...
	git diff --exit-code -- '*.gen.go'
	@test -z "$$(git ls-files --others --exclude-standard -- '*.gen.go')"

.PHONY: tidy
tidy:
	go mod tidy -diff

.PHONY: lint
lint:
	go run $(GOLANGCI) run ./...

# Since the last release, the contract may only change with its version, and
# not in a way that breaks clients.
.PHONY: breaking
breaking:
	@release=$$(git describe --tags --abbrev=0 2>/dev/null) || { echo "breaking: no release yet to compare with"; exit 0; }; \
	old=$$(mktemp); git show $$release:openapi.yaml > $$old; \
	if ! cmp -s $$old openapi.yaml && [ "$$(grep -m1 '^  version:' $$old)" = "$$(grep -m1 '^  version:' openapi.yaml)" ]; then \
		echo "breaking: openapi.yaml changed since $$release, its info.version did not"; exit 1; \
	fi; \
	go run $(OASDIFF) breaking $$old openapi.yaml --fail-on ERR

# A report: median and largest of the hand-written files.
.PHONY: sizes
sizes:
	@git ls-files '*.go' ':!*.gen.go' | xargs wc -l | grep -v ' total$$' | sort -n | \
		awk '{n[NR]=$$1; f[NR]=$$2} END {printf "%d hand-written Go files, median %d lines, nine in ten under %d\n", NR, n[int((NR+1)/2)], n[int(NR*0.9)]; for (i=NR; i>NR-5 && i>0; i--) printf "  %5d %s\n", n[i], f[i]}'

.PHONY: test
test: ## run all tests
	go test ./...

.PHONY: race
race: ## run all tests with the race detector
	go test -race ./...

.PHONY: crash
crash: ## kill a server under load CRASH_ROUNDS (200) times
	CRASH_ROUNDS=$${CRASH_ROUNDS:-200} go test ./impl -run '^TestCrash$$' -count=1 -v -timeout 30m

.PHONY: faults
faults: ## book FAULT_BOOKINGS (10000) times through a proxy that loses what it can
	FAULT_BOOKINGS=$${FAULT_BOOKINGS:-10000} go test ./impl -run '^TestClient_Faults$$' -count=1 -v -timeout 30m

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (10s)
	@set -e; grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | cut -c6- | sort -u | while read -r target; do \
		for dir in $$(grep -rlE --include='*_test.go' "^func $$target\(" . | xargs -n1 dirname | sort -u); do \
			echo "$$dir $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$dir; \
		done; \
	done

.PHONY: bench
bench: ## measure BENCHCOUNT (3) times and print a table; the README quotes it
	@set -o pipefail; go test -run '^$$' -bench . -benchmem -count $(BENCHCOUNT) -timeout 2h ./... | awk -f impl/bench/table.awk

.PHONY: bench-peers
bench-peers: build ## compare with Prism, which npm installs for it, and with kin-openapi's middleware
	@dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	npm install --prefix "$$dir" --no-audit --no-fund --ignore-scripts --silent @stoplight/prism-cli@$(PRISM) && \
	go run ./impl/bench/peers -prism "$$dir/node_modules/.bin/prism" $(PEERS)

.PHONY: e2e
e2e: ## run the built program as a user does
	go test -count=1 ./cmd/...

.PHONY: browser
browser: ## test the pages in a browser; SCREENSHOTS=DIR keeps pictures
	@command -v npm >/dev/null || { echo "browser: npm is missing; install nodejs (18 or newer), npm and chromium"; exit 1; }
	@set -e; dir=$$(mktemp -d); trap 'rm -r '$$dir EXIT; go build -o $$dir/meetwright ./cmd/meetwright; \
	npm ci --prefix cmd/meetwright/browser --no-audit --no-fund; \
	MEETWRIGHT=$$dir/meetwright node --test --test-reporter=spec cmd/meetwright/browser/pages.test.mjs

.PHONY: build
build: ## build ./meetwright, static, as it is released
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.release=$(VERSION)' -o meetwright ./cmd/meetwright

.PHONY: run
run: ## start the server with its demo on http://127.0.0.1:8080
	go run ./cmd/meetwright serve
