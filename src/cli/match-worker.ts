// A thread that looks in stretches of lines for what matches.
import { workerData } from 'node:worker_threads'
import { BatchReader } from '../engine/stream/line-batch.ts'
import type { LineSearch } from '../engine/stream/line-matcher.ts'
import { answer } from './crew.ts'

answer(new BatchReader(workerData as LineSearch))
