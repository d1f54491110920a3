import { readFileSync } from 'node:fs'
import type { Alert } from '../event/alert.ts'
import { formatTime } from '../event/record.ts'
import type { JsonObject } from '../event/field.ts'
import type { Rule } from '../ir/rule.ts'
import type { Configuration } from '../pack/configuration.ts'
import { reason } from '../pack/system-reason.ts'
import { command } from '../target/notice/command.ts'
import { Notices, type Notice, type Receiver } from '../target/notice/notice.ts'
import { syslog, type SyslogTransport } from '../target/notice/syslog.ts'
import { webhook } from '../target/notice/webhook.ts'
import { secret } from './destination.ts'
import { report } from './report.ts'
import type { Shared } from './shared.ts'
import { Unusable } from './unusable.ts'

/** Where alerts are handed on to. */
export interface NoticeOptions {
  readonly webhook?: string
  readonly syslog?: string
  readonly command?: readonly string[]
  readonly caFile?: string
  readonly insecureHttp?: boolean
}

/** Undefined when alerts are handed on to nobody. */
export function noticesFor(options: NoticeOptions, configuration: Configuration, shared: Shared): Notices | undefined {
  const url = options.webhook ?? process.env['DETPACK_WEBHOOK']
  const receivers: Receiver[] = [
    ...(url === undefined ? [] : [webhookTo(url, options, configuration)]),
    ...(options.syslog === undefined ? [] : [syslogTo(options.syslog, options)]),
    ...(options.command === undefined ? [] : [command(options.command)]),
  ]
  if (receivers.length === 0) return undefined
  return new Notices(receivers, (diagnostics) => report(diagnostics, shared.color))
}

/** An alert of the stream correlator. */
export function noticeOf(alert: Alert, rule: Rule): Notice {
  const time = (of: Alert['first']): string | null => (of === null ? null : formatTime(of))
  const level = rule.level ?? 'low'
  const whole = {
    id: alert.id,
    rule: { id: rule.id, name: rule.name, title: rule.title, level, risk: rule.governance.risk },
    group: alert.group,
    first: time(alert.first),
    last: time(alert.last),
    steps: alert.steps.map(({ as, event }) => ({ as, event: event?.fields ?? null })),
  }
  return { id: alert.id, rule: rule.id, title: rule.title, level, json: JSON.stringify(whole) }
}

/** An alert of the alert stream in Elasticsearch. */
export function noticeOfDocument(alert: JsonObject): Notice {
  const { rule, detpack } = alert as unknown as {
    readonly rule: { readonly id: string; readonly name: string }
    readonly detpack: { readonly alert: { readonly id: string; readonly level: Notice['level'] } }
  }
  const { id, level } = detpack.alert
  return { id, rule: rule.id, title: rule.name, level, json: JSON.stringify(alert) }
}

function webhookTo(text: string, options: NoticeOptions, configuration: Configuration): Receiver {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Unusable('--webhook takes an http or https address')
  if (url.username !== '' || url.password !== '')
    throw new Unusable('--webhook holds credentials: give a token in DETPACK_WEBHOOK_TOKEN instead')
  const near = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\.[\d.]+$/.test(url.hostname)
  if (url.protocol === 'http:' && !near && options.insecureHttp !== true)
    throw new Unusable('--webhook: alerts would go over plain http to another machine; --insecure-http allows it')
  const token = secret('DETPACK_WEBHOOK_TOKEN', null, configuration)
  return webhook({ url, ...(token !== undefined && { token }) })
}

function syslogTo(text: string, { caFile }: NoticeOptions): Receiver {
  const match = /^(udp|tcp|tls):\/\/(\[[0-9a-fA-F:.]+\]|[^:/\s]+)(?::(\d{1,5}))?$/.exec(text)
  const transport = match?.[1] as SyslogTransport | undefined
  const host = match?.[2]?.replace(/^\[|\]$/g, '')
  if (transport === undefined || host === undefined)
    throw new Unusable('--syslog takes udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT')
  const port = Number(match?.[3] ?? { udp: 514, tcp: 601, tls: 6514 }[transport])
  return syslog({ transport, host, port, ...(caFile !== undefined && { ca: readCa(caFile) }) })
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (problem) {
    throw new Unusable(`the CA file "${file}" cannot be read: ${reason(problem)}`)
  }
}
