import { createHash } from 'node:crypto'
import { ofText, type EvalFunction, type EvalFunctions } from './spec.ts'

/** Lower-case hexadecimal, of the text in UTF-8. */
const hash = (name: string): EvalFunction => ofText((text) => createHash(name).update(text).digest('hex'))

export const hashFunctions: EvalFunctions = {
  md5: hash('md5'),
  sha1: hash('sha1'),
  sha256: hash('sha256'),
  sha512: hash('sha512'),
}
