.DEFAULT_GOAL := help
.PHONY: help setup build demo test test-kernels package test-package test-service soak soak-ship verify-live check-report check-oscal bench bench-baseline bench-behaviour clean

help: ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

setup:
	@scripts/setup

build: setup dist/.built ## the CLI: bin/detpack runs from this checkout afterwards

dist/.built: package-lock.json tsconfig.json scripts/build.mjs $(shell find src -name '*.ts')
	@node scripts/build.mjs
	@touch $@

demo: ## an agent's chain of legitimate uses becomes one explained alert
	@scripts/setup demo
	@$(MAKE) --no-print-directory build
	@scripts/demo

test: ## everything: types, lint, layers, dead code, format, tests, rule tests, queries on a real Elasticsearch
	@scripts/setup test
	@$(MAKE) --no-print-directory build
	@scripts/test

test-kernels: ## the sensor's acts on Debian kernels from 5.10 to 7.x in QEMU; some minutes
	@scripts/setup test
	@scripts/test-kernels

package: build ## a Debian package and an archive, with services: build/package
	@scripts/setup test
	@scripts/package

test-package: package ## that package in QEMU under Debian's systemd: installed, upgraded under load, removed; some minutes
	@scripts/test-package

test-service: build ## a service under Debian's systemd in QEMU: recorded, hardened by what is proposed, and tried without each part; some minutes
	@scripts/setup test
	@scripts/test-service

soak: ## ten times as many made-up rules and streams as make test takes; some twenty minutes
	@scripts/setup test
	@PROPERTY_RUNS=10 node_modules/.bin/vitest run --project unit prop.test
	@FAULT_RULES=50 node_modules/.bin/vitest run --project unit test/target/splunk/fault.test.ts

soak-ship: build ## the shipper is killed again and again, before every fault of its target; some minutes
	@scripts/setup test
	@DETPACK_SOAK=1 node_modules/.bin/vitest run --project soak

verify-live: ## the suites of Kibana and Splunk on a server of your own, which the environment names; says how when it does not
	@scripts/setup
	@scripts/verify-live

check-report: ## the evidence report of a made-up quarter in a real browser (Debian: chromium): pictures and a PDF in build/report
	@scripts/setup
	@node scripts/check-report.mjs

check-oscal: ## its OSCAL documents read and validated by compliance-trestle, which is installed from PyPI
	@scripts/setup
	@node scripts/check-oscal.mjs

bench: build ## speed and memory, side by side with peers where they are installed
	@node bench/run.mjs
	@node bench/deploy.mjs

bench-baseline: build ## what learning and scoring cost; BENCH_LONG=1: also the memory at a hundred million events
	@node bench/behaviour.mjs

bench-behaviour: build ## recall and false alarms on the recorded runs of test/corpus, beside a static list
	@node bench/behaviour-corpus.mjs

clean: ## removes what was built and installed in this checkout
	@rm -rf dist build node_modules coverage
