/** What a line says of records that were lost; undefined when it says nothing of that. */
export interface Loss {
  /** How many were lost since the host started, where the kernel counts; else how many this line is about. */
  readonly total: number | undefined
  readonly count: number
}

/** `audit: audit_lost=12 audit_rate_limit=0 audit_backlog_limit=64`, in the kernel's log. */
const COUNTED = /\baudit_lost=(\d{1,15})\b/
/** The kernel, auditd and its dispatcher about a record that found no room. */
const DROPPED =
  /\baudit: (?:rate limit exceeded|kauditd (?:hold |retry )?queue overflow)|queue (?:is|to plugins is) full[^\n]{0,40}dropping|dispatch err(?:or)?[^\n]{0,40}(?:full|lost)|audit(?:d|sp)[^\n]{0,60}event was lost/i
/** Comes before the line that counts. */
const ANNOUNCED = /\baudit: (?:backlog limit exceeded|audit_backlog=\d{1,10} > audit_backlog_limit=\d{1,10})/

export function parseLoss(text: string): Loss | 'announced' | undefined {
  const counted = COUNTED.exec(text)
  if (counted) return { total: Number(counted[1]), count: 0 }
  if (DROPPED.test(text)) return { total: undefined, count: 1 }
  return ANNOUNCED.test(text) ? 'announced' : undefined
}
