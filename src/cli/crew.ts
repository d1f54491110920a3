import { Worker } from 'node:worker_threads'
import type { LineBatch } from '../engine/stream/line-batch.ts'
import type { LineSearch } from '../engine/stream/line-matcher.ts'
import { withoutSpans } from '../ir/predicate.ts'

export interface WorkerData {
  readonly search: LineSearch
}

/** Whole lines. Their bytes are handed over, and come back with the answer. */
export interface Task {
  readonly bytes: Uint8Array
}

export interface Found {
  /** Null: something is wrong with a line. */
  readonly batch: LineBatch | null
  readonly bytes: Uint8Array
}

/** Threads that look in lines for what matches. */
export class Crew {
  readonly #members: readonly Member[]

  constructor(search: LineSearch, size: number) {
    const sent = { ...search, predicates: search.predicates.map(withoutSpans) }
    this.#members = Array.from({ length: size }, () => new Member(sent))
  }

  get size(): number {
    return this.#members.length
  }

  /** Has a stretch of whole lines read, by whoever has the least to do. */
  read(bytes: Uint8Array): Promise<Found> {
    return this.#members.reduce((one, other) => (other.tasks < one.tasks ? other : one)).read(bytes)
  }

  async end(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.end()))
  }
}

/** One thread. It answers in the order in which it is asked. */
class Member {
  readonly #worker: Worker
  readonly #waiting: { resolve: (found: Found) => void; reject: (problem: Error) => void }[] = []
  #broken: Error | undefined

  constructor(search: LineSearch) {
    const workerData: WorkerData = { search }
    this.#worker = new Worker(new URL('./match-worker.js', import.meta.url), { workerData })
    this.#worker.on('message', (found: Found) => this.#waiting.shift()?.resolve(found))
    this.#worker.on('error', (problem: Error) => {
      this.#broken = problem
      for (const { reject } of this.#waiting.splice(0)) reject(problem)
    })
  }

  get tasks(): number {
    return this.#waiting.length
  }

  read(bytes: Uint8Array): Promise<Found> {
    return new Promise((resolve, reject) => {
      if (this.#broken !== undefined) return reject(this.#broken)
      this.#waiting.push({ resolve, reject })
      const task: Task = { bytes }
      this.#worker.postMessage(task, [bytes.buffer as ArrayBuffer])
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
