import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { place } from '../../src/diagnostic/frame.ts'
import { Source } from '../../src/diagnostic/source.ts'
import { decodeResources } from '../../src/event/resource-file.ts'

const START = 'version: 1\nhomes: [/root]\nclasses:\n'

function problems(text: string): string[] {
  const { table, diagnostics } = decodeResources(new Source('r.yml', text))
  expect(table).toBeUndefined()
  return diagnostics.map((one) => `${one.code} ${one.span ? place(one.span) : ''}`)
}

test('reads classes, with follow true unless said', () => {
  const text = `${START}  - {name: a, meaning: m, paths: [/x], except: [/x/y]}\n  - {name: b, meaning: m, follow: false, open: true, paths: /z}\n`
  const { table, diagnostics } = decodeResources(new Source('r.yml', text))
  expect(diagnostics).toEqual([])
  expect(table?.classes).toEqual([
    { name: 'a', meaning: 'm', follow: true, learn: false, open: false, paths: ['/x'], except: ['/x/y'] },
    { name: 'b', meaning: 'm', follow: false, learn: true, open: true, paths: ['/z'], except: [] },
  ])
})

test.each([
  ['nothing', '', ['event/resources r.yml:1:1']],
  ['a list', '- a\n', ['event/resources r.yml:1:1']],
  ['two documents', `${START}  []\n---\nx: 1\n`, ['event/resources r.yml:6:1']],
  ['a later version', 'version: 2\nhomes: []\nclasses: []\n', ['event/resources r.yml:1:10']],
  ['a missing key', 'version: 1\nclasses: []\n', ['event/missing-key r.yml:1:1']],
  ['a home that is none', 'version: 1\nhomes: [/root, "/h/*/x"]\nclasses: []\n', ['event/resource-home r.yml:2:16']],
  ['a class that is no map', `${START}  - credential\n`, ['event/resources r.yml:4:5']],
  ['an unknown key', `${START}  - {name: a, meaning: m, paths: [], pths: []}\n`, ['event/unknown-key r.yml:4:38']],
  [
    'a follow that is no truth',
    `${START}  - {name: a, meaning: m, paths: [], follow: 3}\n`,
    ['event/wrong-type r.yml:4:46'],
  ],
  ['a bad name', `${START}  - {name: A b, meaning: m, paths: []}\n`, ['event/resource-name r.yml:4:12']],
  [
    'a name twice',
    `${START}  - {name: a, meaning: m, paths: []}\n  - {name: a, meaning: m, paths: []}\n`,
    ['event/resource-name r.yml:5:12'],
  ],
  [
    'every bad pattern at once',
    `${START}  - name: a\n    meaning: m\n    paths: [/x, y]\n    except: ["/*/z"]\n`,
    ['event/resource-pattern r.yml:6:17', 'event/resource-pattern r.yml:7:14'],
  ],
])('refuses %s', (_, text, expected) => {
  expect(problems(text)).toEqual(expected)
})

test('refuses more classes than fit', () => {
  const many = Array.from({ length: 31 }, (_, n) => `  - {name: c${n}, meaning: m, paths: []}\n`).join('')
  expect(problems(START + many)).toEqual(['event/resources r.yml:1:1'])
})

describe('rules/resources.yml', () => {
  const name = 'rules/resources.yml'
  const { table, diagnostics } = decodeResources(new Source(name, readFileSync(name, 'utf8')))

  test('is right', () => {
    expect(diagnostics).toEqual([])
  })

  test.each([
    ['/home/ann/.ssh/id_ed25519', 'credential'],
    ['/home/ann/.ssh/id_ed25519.pub', 'public'],
    ['/home/ann/.ssh/known_hosts', undefined],
    ['/home/ann/.ssh/authorized_keys', 'persistence'],
    ['/tmp/stage/id_ed25519', 'credential'],
    ['/root/.aws/credentials', 'credential'],
    ['/root/.aws/config', undefined],
    ['/home/ann/.kube/config', 'credential'],
    ['/home/ann/.config/google-chrome/Default/Login Data', 'credential'],
    ['/home/ann/.config/google-chrome/Default/History', 'personal'],
    ['/srv/app/.env', 'credential'],
    ['/srv/app/.npmrc', 'credential'],
    ['/etc/shadow', 'credential'],
    ['/etc/passwd', 'account'],
    ['/etc/ssl/private/site.key', 'credential'],
    ['/etc/ssl/certs/ISRG_Root_X1.pem', 'public'],
    ['/srv/app/lib/certifi/cacert.pem', undefined],
    ['/srv/app/tls/ca.pem', undefined],
    ['/srv/app/tls/server-key.pem', 'credential'],
    ['/srv/app/tls/api.crt.pem', undefined],
    ['/etc/nginx/dhparam.pem', undefined],
    ['/usr/libexec/installed-tests/glib/cert-tests/key.pem', undefined],
    ['/usr/local/lib/python3.11/dist-packages/trustme/key.pem', undefined],
    ['/usr/local/etc/site/key.pem', 'credential'],
    ['/etc/wpa_supplicant/wlan0.conf', 'credential'],
    ['/etc/wpa_supplicant/functions.sh', undefined],
    ['/usr/lib/sbcl/sbcl.core', undefined],
    ['/home/ann/app/build/app.core', undefined],
    ['/var/lib/apport/coredump/core._usr_bin_ssh.0', 'secret-state'],
    ['/usr/share/htslib-test/test/index.vcf', undefined],
    ['/home/ann/friends.vcf', 'personal'],
    ['/home/ann/Documents/taxes.pdf', 'personal'],
    ['/home/ann/.bash_history', 'personal'],
    ['/proc/812/mem', 'secret-state'],
    ['/proc/meminfo', undefined],
    ['/var/log/auth.log', 'audit-log'],
    ['/etc/cron.d/backup', 'persistence'],
    ['/run/docker.sock', 'control-socket'],
    ['/usr/bin/python3', undefined],
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', undefined],
    ['/etc/hosts', undefined],
  ])('%s: %s', (path, expected) => {
    expect(table?.classOf(path)).toBe(expected)
  })

  test('each class says in one sentence what it means', () => {
    expect(table?.classes.filter(({ meaning }) => !/^[A-Z].*[^.\s]$/.test(meaning))).toEqual([])
  })

  test('no pattern stands twice in a list', () => {
    for (const { paths, except } of table?.classes ?? []) {
      expect(paths).toEqual([...new Set(paths)])
      expect(except).toEqual([...new Set(except)])
    }
  })
})
