#!/bin/sh
# packages.sh COUNT: fetches packages from the registry one after the other, keeps what they weigh, and has Node run the project's tests.
set -e
cd /home/agent/project
mkdir -p vendor test
for at in $(seq 1 "$1"); do
  printf 'GET /package-%s.tgz\n' "$at" | busybox nc 198.51.100.20 443 > "vendor/package-$at.tgz"
  grep -q package "vendor/package-$at.tgz"
done
sha256sum vendor/*.tgz > vendor/sums
cat > test/vendor.test.mjs <<'TEST'
import { equal } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
test('each package has its sum', () => equal(readdirSync('vendor').includes('sums'), true))
TEST
node --test test > /tmp/tested
sha256sum -c --quiet vendor/sums
