import { between } from './hop.ts'
import { compareMoments, Until, type Move } from './move.ts'

/**
 * How the descriptions that uses used came to who used them: the opening, where somebody else did it, and each passing from
 * one process to the next.
 *
 * @param all in order of time
 */
export function passedOn(uses: readonly Move[], all: readonly Move[]): readonly Move[] {
  const users = new Set(uses.flatMap((use) => use.descriptions.map((id) => `${id} ${use.process}`)))
  const until = new Until()
  const need = (id: string, process: string, move: Move): void => {
    until.set(id, move)
    until.set(`${id} ${process}`, move)
  }
  for (const use of uses) for (const id of use.descriptions) need(id, use.process, use)
  const found = all.toReversed().filter((move) => {
    const { action, kind, descriptions, process, peer } = move
    const [id] = descriptions
    if (id === undefined || (kind !== 'had' && kind !== 'given')) return false
    const isNeeded = (name: string): boolean => until.within(name, move, move) !== undefined
    if (action === 'file_open' || action === 'file_create') return isNeeded(id) && !users.has(`${id} ${process}`)
    if (action === 'descriptor_duplicate') return false
    const [giver, taker] = kind === 'given' ? [process, peer] : [peer, process]
    if (!isNeeded(taker === '' ? id : `${id} ${taker}`)) return false
    need(id, giver, move)
    return true
  })
  return found.toReversed()
}

/**
 * The connections within the host by which descriptors were passed: who passes one says where to, not by which socket.
 *
 * @param passings uses that pass a descriptor on, or say whom it is from
 * @param all in order of time
 */
export function connectedBefore(passings: readonly Move[], all: readonly Move[]): readonly Move[] {
  const found = passings.flatMap((passing) => {
    if (passing.peer === '' || passing.isSocket) return []
    const pair = between(passing.process, passing.peer)
    const isOf = ({ action, process, peer }: Move): boolean =>
      action === 'network_connect' && between(process, peer) === pair
    return all.findLast((move) => isOf(move) && compareMoments(move, passing) < 0) ?? []
  })
  return [...new Set(found)]
}
