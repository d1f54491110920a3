import type { Move } from './move.ts'

/**
 * The moves as clients of UNIX sockets tell them. A client is told who listens (SO_PEERCRED, unix(7): as of listen(2)), also
 * where a child of that process serves it: then both ends name the parent, and what one sends is what the other receives. A
 * pair that a process and its children share (socketpair(2)) names who made it at each end, and is nobody's in particular.
 */
export function asClientsTell(moves: readonly Move[]): readonly Move[] {
  const told = new Set(moves.flatMap((move) => (isConnected(move) ? [`${move.process} ${move.peer}`] : [])))
  return moves.map((move) => {
    const { kind, process, parent, peer } = move
    const isServed = isConnected(move) && peer !== parent && told.has(`${peer} ${parent}`)
    if (!isServed || told.has(`${peer} ${process}`)) return move
    return { ...move, channel: kind === 'put' ? `${parent} ${peer}` : `${peer} ${parent}` }
  })
}

function isConnected({ isSocket, peer }: Move): boolean {
  return isSocket && peer !== ''
}
