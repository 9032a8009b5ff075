# helm-stateful: build, check, test, install. Needs Go, git and make, nothing else. `make help` lists the targets.

# Every version that this file pins.
HELM3_VERSION       = v3.22.0
HELM3_KUBE_MINOR    = 37
HELM4_VERSION       = v4.3.1
STATICCHECK_VERSION = v0.8.2
REGISTRY_VERSION    = v3.1.2
VULNCHECK_VERSION   = v1.1.4

MODULE   = github.com/helm-stateful/helm-stateful
VERSION ?= $(shell sh scripts/version.sh)
PREFIX  ?= $(HOME)/.local

# The tools that tests and checks run are built once per version and shared by all checkouts.
TOOLS       = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/helm-stateful/tools
HELM3_BIN  ?= $(TOOLS)/helm-$(HELM3_VERSION)/helm
HELM4_BIN  ?= $(TOOLS)/helm-$(HELM4_VERSION)/helm
REGISTRY_BIN ?= $(TOOLS)/registry-$(REGISTRY_VERSION)/registry
STATICCHECK = $(TOOLS)/staticcheck-$(STATICCHECK_VERSION)/staticcheck
VULNCHECK   = $(TOOLS)/govulncheck-$(VULNCHECK_VERSION)/govulncheck

# The servers that cluster-test runs. Their versions are pinned by the modules that build them.
SERVERS = test/cluster/build
ETCD_VERSION       := $(shell awk '$$1 == "go.etcd.io/etcd/server/v3" && $$2 ~ /^v/ { print $$2 }' $(SERVERS)/etcd/go.mod)
KUBERNETES_VERSION := $(shell awk '$$1 == "k8s.io/kubernetes" && $$2 ~ /^v/ { print $$2 }' $(SERVERS)/kubernetes/go.mod)
ETCD_BIN                    ?= $(TOOLS)/etcd-$(ETCD_VERSION)/etcd
KUBE_APISERVER_BIN          ?= $(TOOLS)/kubernetes-$(KUBERNETES_VERSION)/kube-apiserver
KUBE_CONTROLLER_MANAGER_BIN ?= $(TOOLS)/kubernetes-$(KUBERNETES_VERSION)/kube-controller-manager

.DEFAULT_GOAL = build

LDFLAGS  = -X $(MODULE)/internal/build.Version=$(VERSION)
GO_BUILD = CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w $(LDFLAGS)"

# The second holds of the first what Helm waits for, and does that for it where both lie in one folder.
PROGRAMS = helm-stateful helm-stateful-post-renderer

.PHONY: build
build: ## build bin/helm-stateful (the default), and what makes it a faster post-renderer
	$(GO_BUILD) -o bin/helm-stateful ./cmd/helm-stateful
	$(GO_BUILD) -tags postrenderer -o bin/helm-stateful-post-renderer ./cmd/helm-stateful
	@[ -L plugins/helm4-postrenderer/bin ] || ln -s ../../bin plugins/helm4-postrenderer/bin

CHARTS = testdata/charts
DEMO   = devlake-mysql-claim-outlives-release grafana-volume-name-lookup erda-operator-removed-first kubeblocks-restore-affinity
MATOMO = $(CHARTS)/matomo-cronjob-claim

# $(call lint,ARGUMENTS): exit code 1 says "findings", which is what the demo is there to show.
lint = @echo '$$ helm stateful lint $(1)'; bin/helm-stateful lint $(1) || [ $$? -eq 1 ]

.PHONY: demo
demo: build ## lint five charts, each made after a bug that somebody had
	$(call lint,$(DEMO:%=$(CHARTS)/%))
	$(call lint,$(MATOMO) -f $(MATOMO)/ci/existing-claim-values.yaml)

.PHONY: test
test: export HELM3_BIN := $(abspath $(HELM3_BIN))
test: export HELM4_BIN := $(abspath $(HELM4_BIN))
test: export REGISTRY_BIN := $(abspath $(REGISTRY_BIN))
test: $(HELM3_BIN) $(HELM4_BIN) $(REGISTRY_BIN) ## run all tests, with a real Helm 3, a real Helm 4 and a real OCI registry
	go test ./...

# The servers and Helm wait more than they work: more tests at a time than there are cores.
.PHONY: cluster-test conformance
cluster-test conformance: export HELM3_BIN := $(abspath $(HELM3_BIN))
cluster-test conformance: export HELM4_BIN := $(abspath $(HELM4_BIN))
cluster-test conformance: export ETCD_BIN := $(abspath $(ETCD_BIN))
cluster-test conformance: export KUBE_APISERVER_BIN := $(abspath $(KUBE_APISERVER_BIN))
cluster-test conformance: export KUBE_CONTROLLER_MANAGER_BIN := $(abspath $(KUBE_CONTROLLER_MANAGER_BIN))
cluster-test: $(HELM3_BIN) $(HELM4_BIN) cluster-tools ## hold what we say of Kubernetes and Helm against a real API server
	cd test/cluster && go test -count=1 -timeout 10m ./harness ./records && go test -count=1 -timeout 30m -parallel 8

conformance: $(HELM3_BIN) $(HELM4_BIN) cluster-tools ## write docs/conformance.md anew, from lives that are played on a real API server
	cd test/cluster && go test -count=1 -timeout 30m -parallel 8 -run TestLives -update

.PHONY: check
check: $(STATICCHECK) ## formatting, go vet, staticcheck, generated docs, modules
	@unformatted=$$(gofmt -l .) && [ -z "$$unformatted" ] || { echo "not formatted, run gofmt -w on:" $$unformatted >&2; exit 1; }
	go vet ./...
	go vet -tags postrenderer ./cmd/... ./internal/build ./internal/handover
	$(STATICCHECK) ./...
	go run ./internal/docgen -check
	go list -m all >/dev/null
	go mod tidy -diff
	cd test/cluster && go vet ./... && $(STATICCHECK) ./...
	for module in test/cluster $(SERVERS)/etcd $(SERVERS)/kubernetes; do (cd $$module && go mod tidy -diff) || exit 1; done

.PHONY: docs
docs: ## write the generated docs anew
	go run ./internal/docgen

# Two copies of what is committed, in two folders.
.PHONY: reproducible
reproducible: ## build the last commit twice, in two folders, and compare the bytes
	@tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && for copy in one another/folder; do \
		mkdir -p "$$tmp/$$copy" && git archive HEAD | tar -x -C "$$tmp/$$copy" && $(MAKE) -s -C "$$tmp/$$copy" build VERSION=$(VERSION) >/dev/null || exit 1; done && \
	for program in $(PROGRAMS); do cmp "$$tmp/one/bin/$$program" "$$tmp/another/folder/bin/$$program" || exit 1; done && \
	cd "$$tmp/one/bin" && sha256sum $(PROGRAMS)

# Not a part of check: the database is asked over the network. docs/vulnerabilities.md argues what is found.
VULNDB ?= https://vuln.go.dev

.PHONY: vulncheck
vulncheck: $(VULNCHECK) ## look for known vulnerabilities in what the program calls (VULNDB is the database to ask)
	$(VULNCHECK) -db $(VULNDB) ./...

SBOM ?= bin/helm-stateful.cdx.json

.PHONY: sbom
sbom: ## write a CycloneDX bill of materials into SBOM (bin/helm-stateful.cdx.json)
	go run ./internal/docgen -sbom $(SBOM) -version $(VERSION)

LICENCES ?= bin/THIRD_PARTY_LICENCES

.PHONY: licences
licences: ## write the texts of the licences of all linked modules into LICENCES (bin/THIRD_PARTY_LICENCES)
	go run ./internal/docgen -licences $(LICENCES)

MAN ?= bin/man

.PHONY: man
man: ## write the manual pages into MAN (bin/man)
	go run -ldflags "$(LDFLAGS)" ./internal/docgen -man $(MAN)

# By itself go test spends most of the time on making inputs shorter that tell it something.
FUZZTIME ?= 1m

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (1m)
	@grep -r '^func Fuzz' --include='*_test.go' . | sed -E 's,^\./(.*)/[^/]*:func (Fuzz[A-Za-z]*).*,\1 \2,' | sort | while read -r dir target; do \
		echo "$$dir $$target"; (cd "$$dir" && go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x) || exit 1; done

.PHONY: bench
BENCH_CHARTS ?= $(CHARTS)
BENCH_EACH   ?= $(wildcard $(DEMO:%=$(CHARTS)/%) $(MATOMO))
bench: build $(HELM3_BIN) ## run the benchmarks, and whole processes beside helm template (BENCH_CHARTS, BENCH_EACH)
	go test -bench . -benchmem -run '^$$' ./pkg/...
	go run ./internal/bench -helm $(HELM3_BIN) -charts $(BENCH_CHARTS) $(BENCH_EACH)

.PHONY: install
install: build ## install the binary and `helm stateful` (Helm 3 and 4); see PREFIX and HELMS in scripts/install.sh
	@PREFIX="$(PREFIX)" HELMS="$(HELMS)" sh scripts/install.sh cli

.PHONY: install-helm4
install-helm4: build ## install, and `--post-renderer helm-stateful` for Helm 4
	@PREFIX="$(PREFIX)" HELMS="$(HELMS)" sh scripts/install.sh helm4

.PHONY: uninstall
uninstall: ## take away what install and install-helm4 installed
	@PREFIX="$(PREFIX)" HELMS="$(HELMS)" sh scripts/install.sh remove

.PHONY: tools
tools: $(HELM3_BIN) $(HELM4_BIN) $(REGISTRY_BIN) $(STATICCHECK) ## build the tools that test and check need, where they are not built yet

.PHONY: cluster-tools
cluster-tools: $(ETCD_BIN) $(KUBE_APISERVER_BIN) $(KUBE_CONTROLLER_MANAGER_BIN) ## build the servers that cluster-test needs, where they are not built yet

# $(call go-install,PACKAGE@VERSION,LDFLAGS) builds in a folder of its own and then moves the result into place:
# what has its final name is whole, however a build was interrupted. Output is shown only when the build fails.
define go-install
	@echo "building $(1), once, into $(@D)"
	@mkdir -p "$(@D)" && tmp=$$(mktemp -d "$(@D)/.build.XXXXXX") && trap 'rm -rf "$$tmp"' EXIT && trap 'exit 130' HUP INT TERM && \
	{ CGO_ENABLED=0 GOBIN="$$tmp" go install -trimpath -ldflags "-s -w $(2)" $(1) >"$$tmp/log" 2>&1 || { cat "$$tmp/log" >&2; exit 1; }; } && \
	mv -f "$$tmp/$(@F)" "$@"
endef

$(TOOLS)/helm-$(HELM3_VERSION)/helm:
	$(call go-install,helm.sh/helm/v3/cmd/helm@$(HELM3_VERSION),-X helm.sh/helm/v3/internal/version.version=$(HELM3_VERSION) \
		-X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=$(HELM3_KUBE_MINOR))

$(TOOLS)/helm-$(HELM4_VERSION)/helm:
	$(call go-install,helm.sh/helm/v4/cmd/helm@$(HELM4_VERSION),-X helm.sh/helm/v4/internal/version.version=$(HELM4_VERSION))

$(TOOLS)/registry-$(REGISTRY_VERSION)/registry:
	$(call go-install,github.com/distribution/distribution/v3/cmd/registry@$(REGISTRY_VERSION))

$(TOOLS)/staticcheck-$(STATICCHECK_VERSION)/staticcheck:
	$(call go-install,honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION))

$(TOOLS)/govulncheck-$(VULNCHECK_VERSION)/govulncheck:
	$(call go-install,golang.org/x/vuln/cmd/govulncheck@$(VULNCHECK_VERSION))

# $(call go-build,MODULE,PACKAGE,FLAGS,LDFLAGS) does the same in a module that pins more than a version can say.
define go-build
	@echo "building $(2), once, into $(@D)"
	@mkdir -p "$(@D)" && tmp=$$(mktemp -d "$(@D)/.build.XXXXXX") && trap 'rm -rf "$$tmp"' EXIT && trap 'exit 130' HUP INT TERM && \
	{ (cd $(1) && CGO_ENABLED=0 go build -trimpath -buildvcs=false $(3) -ldflags "-s -w $(4)" -o "$$tmp/$(@F)" $(2)) >"$$tmp/log" 2>&1 || { cat "$$tmp/log" >&2; exit 1; }; } && \
	mv -f "$$tmp/$(@F)" "$@"
endef

$(TOOLS)/etcd-$(ETCD_VERSION)/etcd:
	$(call go-build,$(SERVERS)/etcd,go.etcd.io/etcd/server/v3)

# Without a version in its ldflags a server says it is v0.0.0 and feature gates take it at its word.
KUBERNETES_MINOR   = $(word 2,$(subst ., ,$(KUBERNETES_VERSION)))
KUBERNETES_TAGS    = -tags selinux,notest,grpcnotrace
KUBERNETES_LDFLAGS = $(foreach p,k8s.io/component-base/version k8s.io/client-go/pkg/version,-X $(p).gitVersion=$(KUBERNETES_VERSION) -X $(p).gitMajor=1 -X $(p).gitMinor=$(KUBERNETES_MINOR))

$(TOOLS)/kubernetes-$(KUBERNETES_VERSION)/%:
	$(call go-build,$(SERVERS)/kubernetes,k8s.io/kubernetes/cmd/$*,$(KUBERNETES_TAGS),$(KUBERNETES_LDFLAGS))

.PHONY: clean
clean: ## remove what build made; the tools stay in the cache
	rm -rf bin dist dist-man dist-licences plugins/helm4-postrenderer/bin

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile
