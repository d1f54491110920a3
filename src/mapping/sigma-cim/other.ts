import { exactly } from '../log-source.ts'
import type { SourceTable } from '../source-table.ts'
import { sameName, tagged } from './tag.ts'

/** The model Web. */
const web: SourceTable['fields'] = {
  'c-ip': 'src',
  src_ip: 'src',
  dst_ip: 'dest',
  's-ip': 'dest',
  's-port': 'dest_port',
  'c-uri': 'url',
  'cs-uri': 'url',
  'c-uri-query': 'uri_query',
  'cs-uri-query': 'uri_query',
  'c-uri-stem': 'uri_path',
  'cs-uri-stem': 'uri_path',
  'c-useragent': 'http_user_agent',
  'cs-user-agent': 'http_user_agent',
  'cs-cookie': 'cookie',
  'cs-host': 'url_domain',
  'r-dns': 'url_domain',
  'cs-method': 'http_method',
  'cs-referer': 'http_referrer',
  'cs-referrer': 'http_referrer',
  'cs-username': 'user',
  'cs-bytes': 'bytes_in',
  'sc-bytes': 'bytes_out',
  'sc-status': 'status',
}

/** The models Network_Traffic and Network_Resolution. */
const connection: SourceTable['fields'] = {
  src_ip: 'src_ip',
  src_port: 'src_port',
  dst_ip: 'dest_ip',
  dst_port: 'dest_port',
  username: 'user',
  protocol: 'transport',
}

export const otherSources = (): readonly SourceTable[] => [
  {
    sources: [
      { category: 'webserver' },
      { product: 'apache', category: 'webserver' },
      { product: 'nginx', category: 'webserver' },
    ],
    where: tagged('web'),
    fields: web,
    message: '_raw',
  },
  { sources: [{ category: 'proxy' }], where: tagged('web', 'proxy'), fields: web, message: '_raw' },
  { sources: [{ category: 'firewall' }], where: tagged('network', 'communicate'), fields: connection, message: '_raw' },
  {
    sources: [{ category: 'dns' }],
    where: tagged('network', 'resolution', 'dns'),
    fields: { ...connection, query: 'query', record_type: 'record_type', answer: 'answer' },
    message: '_raw',
  },
  {
    sources: [{ category: 'antivirus' }],
    where: tagged('malware', 'attack'),
    fields: { Signature: 'signature', Filename: 'file_path', Action: 'action' },
    message: '_raw',
  },
  log('auditd', 'linux_audit', 'auditd'),
  ...['auth', 'sshd', 'sudo', 'pam', 'su'].map((service) => log(service, 'linux_secure')),
  ...['syslog', 'cron', 'clamav', 'guacamole', 'vsftpd', 'modsecurity'].map((service) =>
    log(service, 'syslog', 'linux_messages_syslog'),
  ),
  {
    sources: [{ product: 'linux' }],
    where: exactly('sourcetype', 'syslog', 'linux_messages_syslog', 'linux_secure', 'linux_audit', 'auditd'),
    fields: {},
    rest: sameName,
    message: '_raw',
  },
  json('aws', 'cloudtrail', 'aws:cloudtrail'),
  json('azure', 'activitylogs', 'azure:monitor:activity', 'mscs:azure:audit'),
  json('azure', 'auditlogs', 'azure:monitor:aad'),
  json('azure', 'signinlogs', 'azure:monitor:aad'),
  json('okta', 'okta', 'OktaIM2:log'),
]

/** Lines of text under the sourcetypes of Splunk's add-on for Unix and Linux; the whole message is the raw text. */
function log(service: string, ...sourcetypes: readonly string[]): SourceTable {
  return {
    sources: [{ product: 'linux', service }],
    where: exactly('sourcetype', ...sourcetypes),
    fields: {},
    rest: sameName,
    message: '_raw',
  }
}

/** Objects whose fields Splunk's add-ons extract under the vendor's own names. */
function json(product: string, service: string, ...sourcetypes: readonly string[]): SourceTable {
  return {
    sources: [{ product, service }],
    where: exactly('sourcetype', ...sourcetypes),
    fields: {},
    rest: sameName,
    message: null,
  }
}
