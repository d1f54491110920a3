/** A day so many days from now, `YYYY-MM-DD`. */
export const day = (from: number): string => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10)

/** The file of an exception that covers what restic does. */
export const exceptionText = (
  from: number,
  until: number,
  { rule = 'key-read', field = 'process.executable', values = ['/usr/bin/restic'] as readonly string[] } = {},
): string => `id: X-1
title: The nightly backup
rule: ${rule}
reason: It has to hold the keys.
owner: Head of IT operations
author: anna
approver: bert
ticket: OPS-1
scope: {${field}: [${values.join(', ')}]}
from: ${day(from)}
until: ${day(until)}
residual: [${rule}]
tests: {fires: a.ndjson, silent: b.ndjson}
`

/** More programs than a query should name. */
export const MANY: readonly string[] = Array.from({ length: 501 }, (_, at) => `/opt/backup-${at}`)
