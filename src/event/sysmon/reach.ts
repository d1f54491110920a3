import { reach } from '../reach.ts'

export const SYSMON_REACH = reach({ name: 'sysmon', purpose: 'x', fields: [], actions: {} })
