# A thin front to CMake's presets and the scripts; everything is built below build/.
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests build bench bench-full report compare selfcheck test test-release test-asan tsan selftest check explore audit crash bench-explorer nightly lint format clean
.NOTPARALLEL:

JOBS ?= $(shell nproc)
# Arguments for the program in `make bench` and `make check`, for instance ARGS='--scenario ping_pong'.
ARGS ?=
# Arguments for `cmake --preset`, for instance CMAKE_ARGS=-DSHMLAB_WERROR=ON.
CMAKE_ARGS ?=

# $(call configure,preset), $(call compile,preset,target...), $(call run_tests,preset)
configure = cmake --preset $(1) $(CMAKE_ARGS) >/dev/null
compile = cmake --build --preset $(1) --parallel $(JOBS) $(if $(2),--target $(2))
run_tests = ctest --preset $(1) --parallel $(JOBS)

help: ## Print this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: ## Install what is missing (apt, npm)
	@scripts/setup

setup-tests:
	@scripts/setup --browser

build: setup ## Build the program: build/release/shmlab
	@$(call configure,release)
	@$(call compile,release,shmlab)

bench: build ## Run the standard set and say where result and report are (ARGS='...' for shmlab bench)
	@build/release/shmlab bench --html $(ARGS)

report: build ## Write the HTML report of the last result (ARGS='...' for shmlab report)
	@build/release/shmlab report $(or $(ARGS),results/latest.json -o results/latest.html)

bench-full: build ## The same, with every number of participants and size of payload, and as many samples as it takes: hours
	@build/release/shmlab bench --html --profile full --matrix --out results/full.json $(ARGS)

compare: setup ## Say what is slower or faster than BASE, a git reference (ARGS='...' for shmlab compare)
	@scripts/gate $(if $(BASE),--base $(BASE)) $(ARGS)

selfcheck: setup ## What a comparison can tell here: this program against itself, and against slower ones (ARGS='...' for shmlab selfcheck)
	@scripts/gate-builds >/dev/null
	@build/selfcheck/head/shmlab selfcheck gate --builds build/selfcheck $(ARGS)

test: test-release test-asan tsan ## Run all tests: release, AddressSanitizer with UBSan, ThreadSanitizer

test-release: setup-tests
	@$(call configure,release)
	@$(call compile,release)
	@$(call run_tests,release)

test-asan: setup
	@$(call configure,asan-ubsan)
	@$(call compile,asan-ubsan)
	@$(call run_tests,asan-ubsan)

tsan: setup ## Run the tests that ThreadSanitizer (clang 19) can judge
	@$(call configure,tsan)
	@$(call compile,tsan)
	@$(call run_tests,tsan)

selftest: build ## Let every detector hunt every control: strategies that are broken on purpose
	@$(call configure,tsan)
	@$(call compile,tsan,shmlab)
	@build/release/shmlab selftest $(ARGS)

check: build ## Run the property tests of every strategy (ARGS='...' for shmlab check)
	@build/release/shmlab check $(ARGS)

crash: build ## Kill a participant at each of its shared accesses (ARGS='...' for shmlab crash)
	@build/release/shmlab crash --expect results/reference/crash.json $(ARGS)

explore: build ## Try every execution of small programs (ARGS='...' for shmlab explore)
	@build/release/shmlab explore $(ARGS)

bench-explorer: setup ## How many executions the explorer sees in a second
	@$(call configure,release)
	@$(call compile,release,explore_benchmark)
	@build/release/explore_benchmark $(ARGS)

nightly: setup ## Ten times as many random programs for the explorer (against the oracle, reduced against full search), and all orderings
	@$(call configure,release)
	@$(call compile,release,explore_test shmlab)
	@build/release/explore_test --gtest_also_run_disabled_tests --gtest_filter='*DISABLED_*'
	@scripts/readme-audit --all --check

audit: build ## Show which orderings of a strategy are needed (ARGS='STRATEGY...'); of all own ones: results/reference/orderings.md
	@$(if $(ARGS),build/release/shmlab audit $(ARGS),scripts/readme-audit --all)

lint: setup ## Check format, clang-tidy, layers and shell scripts
	@scripts/lint

format: setup ## Lay out all C++ files with clang-format
	@scripts/format

clean: ## Remove build/
	@rm -rf build
