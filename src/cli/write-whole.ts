import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { reason } from '../pack/files.ts'
import { Unusable } from './unusable.ts'

/**
 * Writes a file whole or not at all: beside its place first, then moved there. Makes the folder.
 *
 * @param mode permission bits; by default what the process's mask leaves of 0666
 */
export function writeWhole(file: string, text: string, mode = 0o666): void {
  const beside = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.new`)
  try {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(beside, text, { mode, flag: 'wx' })
    renameSync(beside, file)
  } catch (problem) {
    rmSync(beside, { force: true })
    throw new Unusable(`cannot write "${file}": ${reason(problem)}`)
  }
}
