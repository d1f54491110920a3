// A thread that looks in stretches of lines for what matches; `crew.ts` says what is sent to and fro.
import { parentPort, workerData } from 'node:worker_threads'
import { BatchReader } from '../engine/stream/line-batch.ts'
import type { Found, Task, WorkerData } from './crew.ts'

const reader = new BatchReader((workerData as WorkerData).search)
parentPort?.on('message', ({ bytes }: Task) => {
  const batch = reader.read(bytes)
  const found: Found = { batch, bytes }
  parentPort?.postMessage(found, [bytes.buffer as ArrayBuffer])
})
