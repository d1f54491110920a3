import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderClassTable } from '../../src/event/class-table.ts'
import { type ResourceClass, ResourceTable } from '../../src/event/resource.ts'

function tableOf(...classes: readonly (Partial<ResourceClass> & { readonly name: string })[]): ResourceTable {
  const full = classes.map((one) => ({ meaning: '', follow: true, paths: [], except: [], ...one }))
  return new ResourceTable(full, ['/root', '/home/*'])
}

function textOf(table: ResourceTable): string {
  const rendered = renderClassTable(table)
  if ('refused' in rendered) throw new Error(rendered.refused.join())
  return rendered.text
}

describe('the table of classes for the sensor', () => {
  it('has a line for each pattern, in the words of the sensor', () => {
    const table = tableOf(
      {
        name: 'credential',
        paths: ['/etc/shadow', '~/.ssh/', '**/id_rsa', '/etc/ssl/**/*.key'],
        except: ['~/.ssh/config'],
      },
      { name: 'log', follow: false, paths: ['**/*.log'] },
    )
    expect(textOf(table).split('\n')).toEqual([
      'detpack-classes\t1',
      `digest\t${table.digest}`,
      'home\t/root',
      'home\t/home/*',
      'class\t1\tcredential\tfollow',
      'match\t1\texact\t/etc/shadow',
      'match\t1\tbelow\t~/.ssh/',
      'match\t1\tname\t-\tid_rsa',
      'match\t1\tsuffix\t/etc/ssl/\t.key',
      'except\t1\texact\t~/.ssh/config',
      'class\t2\tlog\tignore',
      'match\t2\tsuffix\t-\t.log',
      '',
    ])
  })

  it('is refused for a pattern that would break a line', () => {
    expect(renderClassTable(tableOf({ name: 'a', paths: ['/x\ty', '/z'] }))).toEqual({ refused: ['/x\ty'] })
  })

  it('means the same as the classes, read by its lines alone', () => {
    const part = fc.constantFrom('etc', 'ssh', 'a.key', 'b.pem', 'root', 'home', 'u', '.ssh')
    const place = fc.array(part, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('/'))
    const pattern = fc.oneof(
      place.map((path) => `/${path}`),
      place.map((path) => `/${path}/`),
      place.map((path) => `~/${path}/`),
      part.map((name) => `**/${name}`),
      fc.tuple(place, part).map(([path, name]) => `/${path}/**/${name}`),
      fc.constant('**/*.key'),
    )
    const patterns = fc.array(pattern, { maxLength: 4 })
    const paths = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`)
    fc.assert(
      fc.property(fc.tuple(patterns, patterns, patterns), paths, ([one, other, except], path) => {
        const table = tableOf({ name: 'one', paths: one, except }, { name: 'other', paths: other })
        expect(classByLines(textOf(table), path)).toBe(table.classOf(path))
      }),
      { numRuns: 500 },
    )
  })
})

/** The decision, slowly, as the sensor's documentation says it. */
function classByLines(text: string, path: string): string | undefined {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const homes = lines.flatMap(([word, home]) => (word === 'home' && home !== undefined ? [home] : []))
  const forms = [path, ...homes.flatMap((home) => belowHome(home, path))]
  for (const [word, number, name] of lines) {
    if (word !== 'class') continue
    const own = lines.filter((line) => line[1] === number && (line[0] === 'match' || line[0] === 'except'))
    const hit = (side: string): boolean =>
      own.some(([which, , kind = '', place = '', leaf = '']) => which === side && hits(kind, place, leaf, forms))
    if (hit('match') && !hit('except')) return name
  }
  return undefined
}

function belowHome(home: string, path: string): string[] {
  const form = new RegExp(`^${home.replace('*', '[^/]+')}(/.+)$`).exec(path)
  return form?.[1] === undefined ? [] : [`~${form[1]}`]
}

function hits(kind: string, place: string, leaf: string, forms: readonly string[]): boolean {
  return forms.some((form) => {
    const name = form.slice(form.lastIndexOf('/') + 1)
    const within = place === '-' || form.startsWith(place)
    if (kind === 'exact') return form === place
    if (kind === 'below') return within
    if (kind === 'name') return within && name === leaf
    return within && name.endsWith(leaf) && leaf.startsWith('.')
  })
}
