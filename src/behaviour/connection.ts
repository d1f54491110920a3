import { FIRST_AT_RANDOM, FIRST_OF_CLIENTS } from '../event/destination.ts'
import { all, anyOf, field, not, type Predicate } from '../ir/predicate.ts'
import { exists, isOne } from './field-test.ts'
import type { Origin, Task } from './task.ts'

/** A stream that the process opened itself: it was connected, or accepted. */
const onOwnConnection = all(
  isOne('network.transport', ['tcp']),
  isOne('detpack.descriptor.origin', ['opened', 'duplicated']),
)

/** What is connected is told, and so is the listen before what is accepted. Each send would say the same once more. */
export const notOnOwnConnection = not(onOwnConnection)

/**
 * A use by a descriptor of none of these origins, for `only_from`. A process that hands connections on answers by some
 * itself, such as who is turned away: what it sends by a stream from a port below those of clients, where a server
 * listens. A stream that it connected by such a port was told when it was connected.
 */
export function isFromElsewhere(origins: readonly Origin[]): Predicate {
  const asServer = all(
    isOne('event.action', ['network_send']),
    onOwnConnection,
    field('source.port', { is: 'order', operator: 'lt', value: FIRST_OF_CLIENTS }),
  )
  return not(anyOf(isOne('detpack.descriptor.origin', origins), asServer))
}

/**
 * A datagram socket may take any port before it asks, as those of dig, musl and Ruby do. What is sent by it, be it to who
 * calls there, is told by itself. A service's ports are its own: its questions have those that the kernel gives.
 */
export function notForOwnQuestions({ kind }: Task['holder']): Predicate {
  const first = kind === 'unit' ? FIRST_OF_CLIENTS : FIRST_AT_RANDOM
  const asks = field('destination.port', { is: 'order', operator: 'gte', value: first })
  return not(all(isOne('network.transport', ['udp']), asks))
}

/**
 * A datagram socket that is connected to no port reaches nobody: by it a C library learns which address of its own it would
 * have, and by that sorts those of a name (RFC 6724, 6). What is sent by it is told by itself.
 */
export const notForOwnAddress = not(all(isOne('network.transport', ['udp']), not(exists('destination.port'))))
