/** What a draft of a task is made from. */
export const DRAFT_FORMATS = ['mcp', 'skill', 'claude', 'systemd', 'paths'] as const
export type DraftFormat = (typeof DRAFT_FORMATS)[number]
