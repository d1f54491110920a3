import { describe, expect, test } from 'vitest'
import { type ResourceClass, ResourceTable } from '../../src/event/resource.ts'

function table(...classes: readonly (Partial<ResourceClass> & { name: string })[]): ResourceTable {
  const whole = classes.map((one) => ({ meaning: one.name, follow: true, paths: [], except: [], ...one }))
  return new ResourceTable(whole, ['/root', '/home/*'])
}

describe('the class of a path', () => {
  const classes = table(
    {
      name: 'credential',
      paths: ['~/.ssh/', '/etc/shadow', '**/id_rsa', '**/*.pem'],
      except: ['~/.ssh/**/*.pub', '/usr/'],
    },
    { name: 'personal', paths: ['~/Documents/', '/proc/**/environ'] },
    { name: 'public', follow: false, paths: ['~/.ssh/**/*.pub', '/usr/share/doc/'] },
  )

  test.each([
    ['/etc/shadow', 'credential'],
    ['/etc/shadow-', undefined],
    ['/etc', undefined],
    ['/home/ann/.ssh/config', 'credential'],
    ['/home/ann/.ssh/keys/old/work', 'credential'],
    ['/root/.ssh/work', 'credential'],
    ['/home/ann/.ssh', undefined],
    ['/home/.ssh/work', undefined],
    ['/srv/home/ann/.ssh/work', undefined],
    ['/mnt/backup/id_rsa', 'credential'],
    ['/mnt/backup/id_rsa.old', undefined],
    ['/srv/app/tls.2026.pem', 'credential'],
    ['/srv/app/pem', undefined],
    ['/home/ann/Documents/plan.odt', 'personal'],
    ['/proc/812/environ', 'personal'],
    ['/proc/812/task/813/environ', 'personal'],
    ['/', undefined],
    ['', undefined],
  ])('%s: %s', (path, expected) => {
    expect(classes.classOf(path)).toBe(expected)
  })

  test('is the highest that matches', () => {
    expect(classes.classOf('/home/ann/Documents/server.pem')).toBe('credential')
  })

  test('is the next one where an exception takes the highest away', () => {
    expect(classes.classOf('/home/ann/.ssh/id_ed25519.pub')).toBe('public')
    expect(classes.classOf('/usr/share/doc/example.pem')).toBe('public')
    expect(classes.classOf('/usr/lib/id_rsa')).toBeUndefined()
  })

  test('does not depend on how the path is spelt', () => {
    expect(classes.classOf('//etc/./ssh/../shadow')).toBe('credential')
  })

  test('of a path from an unknown directory is told by its base name alone', () => {
    expect(classes.classOf('backup/id_rsa')).toBe('credential')
    expect(classes.classOf('etc/shadow')).toBeUndefined()
  })

  test('of a home directory itself is not that of what lies in it', () => {
    const homes = table({ name: 'personal', paths: ['~/', '~/ann'] })
    expect(homes.classOf('/home/ann')).toBeUndefined()
    expect(homes.classOf('/home/ann/ann')).toBe('personal')
  })

  test('orders and follows: what is not in the table comes last and is not followed', () => {
    expect(['public', 'stranger', 'credential'].sort((a, b) => classes.rank(a) - classes.rank(b))).toEqual([
      'credential',
      'public',
      'stranger',
    ])
    expect([classes.isFollowed('credential'), classes.isFollowed('public'), classes.isFollowed('stranger')]).toEqual([
      true,
      false,
      false,
    ])
  })
})

test('thirty classes fit, and the last one is still told from the first', () => {
  const many = table(...Array.from({ length: 30 }, (_, n) => ({ name: `c${n}`, paths: [`/d/${n}`] })))
  expect(many.classOf('/d/0')).toBe('c0')
  expect(many.classOf('/d/29')).toBe('c29')
})

describe('the digest', () => {
  const one = { name: 'credential', paths: ['/a', '/b'], except: ['/c'] }
  test('does not change with the order of patterns or the words of the meaning', () => {
    const other = { ...one, meaning: 'other words', paths: ['/b', '/a'] }
    expect(table(other).digest).toBe(table(one).digest)
  })

  test.each([
    ['a pattern', { ...one, paths: ['/a'] }],
    ['an exception', { ...one, except: [] }],
    ['whether it is followed', { ...one, follow: false }],
    ['its name', { ...one, name: 'secret' }],
  ])('changes with %s', (_, other) => {
    expect(table(other).digest).not.toBe(table(one).digest)
  })
})
