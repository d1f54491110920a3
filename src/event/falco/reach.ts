import { reach } from '../reach.ts'

export const FALCO_REACH = reach({ name: 'falco', purpose: 'x', fields: [], actions: {} })
