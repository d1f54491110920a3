import { exactly } from '../log-source.ts'
import type { SourceTable } from '../source-table.ts'

/** Requests to servers and through proxies, as ECS's `http`, `url` and `user_agent` name them. */
const web: SourceTable['fields'] = {
  'c-ip': 'source.ip',
  src_ip: 'source.ip',
  dst_ip: 'destination.ip',
  's-ip': 'destination.ip',
  's-port': 'destination.port',
  'c-uri': 'url.original',
  'cs-uri': 'url.original',
  'c-uri-extension': 'url.extension',
  'c-uri-query': 'url.query',
  'cs-uri-query': 'url.query',
  'c-uri-stem': 'url.path',
  'cs-uri-stem': 'url.path',
  'c-useragent': 'user_agent.original',
  'cs-user-agent': 'user_agent.original',
  'cs-host': 'url.domain',
  'r-dns': 'url.domain',
  'cs-method': 'http.request.method',
  'cs-referer': 'http.request.referrer',
  'cs-referrer': 'http.request.referrer',
  'cs-username': 'user.name',
  'cs-version': 'http.version',
  'cs-bytes': 'http.request.bytes',
  'sc-bytes': 'http.response.bytes',
  'sc-status': 'http.response.status_code',
}

const connection: SourceTable['fields'] = {
  src_ip: 'source.ip',
  src_port: 'source.port',
  dst_ip: 'destination.ip',
  dst_port: 'destination.port',
  username: 'user.name',
  protocol: 'network.transport',
}

/** Sources that any product may be; the categories are those of ECS. */
export const networkSources = (): readonly SourceTable[] => [
  {
    sources: [
      { category: 'webserver' },
      { product: 'apache', category: 'webserver' },
      { product: 'nginx', category: 'webserver' },
      { product: 'windows', category: 'webserver' },
      { product: 'windows', service: 'iis' },
      { category: 'proxy' },
    ],
    where: exactly('event.category', 'web'),
    fields: web,
    message: null,
  },
  {
    sources: [{ category: 'firewall' }],
    where: exactly('event.category', 'network'),
    fields: connection,
    message: null,
  },
  {
    sources: [{ category: 'dns' }],
    where: exactly('network.protocol', 'dns'),
    fields: {
      ...connection,
      query: 'dns.question.name',
      record_type: 'dns.question.type',
      parent_domain: 'dns.question.registered_domain',
      answer: 'dns.answers.data',
    },
    message: null,
  },
]
