import { parentPort, Worker } from 'node:worker_threads'

/** What threads do: the program beside this one that each runs, and what that is told when it starts. */
export interface Work {
  readonly program: 'match-worker' | 'learn-worker'
  readonly data: unknown
}

/** Whole lines. Their bytes are handed over, and come back with the answer. */
interface Stretch {
  readonly bytes: Uint8Array
}

export interface Found<Batch> extends Stretch {
  /** Null: something is wrong with a line. */
  readonly batch: Batch | null
}

/** What a thread does all its life: it answers in the order in which it is asked. */
export function answer(reader: { read(bytes: Uint8Array): unknown }): void {
  parentPort?.on('message', ({ bytes }: Stretch) => {
    const found: Found<unknown> = { batch: reader.read(bytes), bytes }
    parentPort?.postMessage(found, [bytes.buffer as ArrayBuffer])
  })
}

/** Threads that look through lines. */
export class Crew<Batch> {
  readonly #members: readonly Member<Batch>[]

  constructor(work: Work, size: number) {
    this.#members = Array.from({ length: size }, () => new Member<Batch>(work))
  }

  get size(): number {
    return this.#members.length
  }

  /** Has a stretch of whole lines read, by whoever has the least to do. */
  read(bytes: Uint8Array): Promise<Found<Batch>> {
    return this.#members.reduce((one, other) => (other.tasks < one.tasks ? other : one)).read(bytes)
  }

  async end(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.end()))
  }
}

/** One thread. */
class Member<Batch> {
  readonly #worker: Worker
  readonly #waiting: { resolve: (found: Found<Batch>) => void; reject: (problem: Error) => void }[] = []
  #broken: Error | undefined

  constructor({ program, data }: Work) {
    this.#worker = new Worker(new URL(`./${program}.js`, import.meta.url), { workerData: data })
    this.#worker.on('message', (found: Found<Batch>) => this.#waiting.shift()?.resolve(found))
    this.#worker.on('error', (problem: Error) => {
      this.#broken = problem
      for (const { reject } of this.#waiting.splice(0)) reject(problem)
    })
  }

  get tasks(): number {
    return this.#waiting.length
  }

  read(bytes: Uint8Array): Promise<Found<Batch>> {
    return new Promise((resolve, reject) => {
      if (this.#broken !== undefined) return reject(this.#broken)
      this.#waiting.push({ resolve, reject })
      const stretch: Stretch = { bytes }
      this.#worker.postMessage(stretch, [bytes.buffer as ArrayBuffer])
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
