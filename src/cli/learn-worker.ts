// A thread that reads stretches of lines for what behaviour is made of.
import { threadId, workerData } from 'node:worker_threads'
import { UseBatchReader } from '../behaviour/baseline/use-batch.ts'
import type { UseSearch } from '../behaviour/baseline/use-lines.ts'
import { answer } from './crew.ts'

answer(new UseBatchReader(workerData as UseSearch, threadId))
