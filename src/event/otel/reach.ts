import { toolReach } from '../tool/reach.ts'

export const OTEL_REACH = toolReach('otel', 'GenAI spans of OpenTelemetry, as an agent exports them')
