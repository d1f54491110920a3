import { reach } from '../reach.ts'

export const TETRAGON_REACH = reach({ name: 'tetragon', purpose: 'x', fields: [], actions: {} })
