import { describe, expect, test } from 'vitest'
import { tools } from '../importing.ts'

describe('what a call means', () => {
  test.each([
    ['read_file', 'filesystem', 'declared'],
    ['read_file', undefined, 'declared'],
    ['read_file', 'mine', 'guessed'],
    ['mcp__filesystem__read_file', undefined, 'declared'],
    ['filesystem.read_file', undefined, 'declared'],
    ['mcp__mine__read_file', undefined, 'guessed'],
    ['Bash', 'whoever', 'declared'],
    ['bash', undefined, 'declared'],
    ['BASH', undefined, 'unknown'],
    ['constructor', undefined, 'unknown'],
  ])('of %s by %s', (name, server, kind) => expect(tools.meaningOf(name, server).kind).toBe(kind))
})
