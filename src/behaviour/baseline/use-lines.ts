import type { EventValues } from '../../event/event-values.ts'
import type { LineTaker, NdjsonLine } from '../../event/ndjson.ts'
import { ObjectValues } from '../../event/object-values.ts'
import { recordReader, type RecordOptions } from '../../event/record-reader.ts'
import type { Time } from '../../event/record.ts'
import { EventScan } from '../../event/scan/event-scan.ts'
import type { HomePattern } from '../../event/resource.ts'
import { USE_FIELDS, UseReader, type Use } from './use.ts'

/** How uses are read. It can be sent from one thread to another. */
export interface UseSearch extends RecordOptions {
  readonly homes: readonly HomePattern[]
}

/** Reads of lines what behaviour is made of, each by itself. */
export class UseLines implements LineTaker {
  readonly #reader: UseReader
  readonly #scan: EventScan
  readonly #objects = new ObjectValues(USE_FIELDS, false)
  readonly #toRecord: ReturnType<typeof recordReader>
  readonly #each: (use: Use | null) => void

  /** @param each is given each event; null: one that says nothing about behaviour */
  constructor({ homes, timeField }: UseSearch, each: (use: Use | null) => void) {
    this.#reader = new UseReader(homes)
    this.#scan = new EventScan({ fields: USE_FIELDS, every: false }, [], { timeField })
    this.#toRecord = recordReader({ timeField })
    this.#each = each
  }

  turn(bytes: Uint8Array): void {
    this.#scan.turn(bytes)
  }

  skim(start: number, _line: number, longest: number): number {
    const end = this.#scan.read(start, longest)
    if (end !== -1) this.#see(this.#scan.values, this.#scan.time())
    return end
  }

  take({ object, line }: NdjsonLine): void {
    this.#objects.turn(object)
    this.#see(this.#objects, this.#toRecord(object, line).time)
  }

  #see(values: EventValues, time: Time | null): void {
    this.#each(this.#reader.read(values, time) ? this.#reader.use : null)
  }
}
