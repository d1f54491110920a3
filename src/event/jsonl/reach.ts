import { toolReach } from '../tool/reach.ts'

export const JSONL_REACH = toolReach('jsonl', "an agent's own log in JSON, read by a file of tools")
