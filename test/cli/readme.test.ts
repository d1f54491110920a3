import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { detpack } from './detpack.ts'

const [, example = ''] = /^```\n\$ detpack (eval .*?)```/ms.exec(readFileSync('README.md', 'utf8')) ?? []

it('the alert on the first screen of the README is what the command prints', () => {
  const [command = '', ...lines] = example.trimEnd().split('\n')
  const { stdout } = detpack(command.replace(/ +#.*/, '').split(' '))
  expect(lines.length).toBeGreaterThan(8)
  const printed = stdout.split('\n').map((line) => line.trimEnd())
  expect(lines.filter((line) => !printed.includes(line))).toEqual([])
})
