import { reach } from '../reach.ts'

export const AUDITD_REACH = reach({ name: 'auditd', purpose: 'x', fields: [], actions: {} })
