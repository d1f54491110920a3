/** What a draft of a task is made from. */
export const DRAFT_FORMATS = ['mcp', 'skill', 'claude', 'systemd', 'paths'] as const
export type DraftFormat = (typeof DRAFT_FORMATS)[number]

/** How a task is shown. */
export const SHEET_FORMATS = ['text', 'markdown', 'ndjson'] as const
export type SheetFormat = (typeof SHEET_FORMATS)[number]
