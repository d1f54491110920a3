/** A piece of HTML. What is put into one as text is escaped; there is no other way in. */
export class Html {
  readonly text: string

  /** For `html` alone. */
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | null | readonly Part[]

/** `html\`<td>\${anything}</td>\`` with everything escaped that is not HTML already; lists are joined, null is nothing. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = pieces.flatMap((piece, i) => (i === 0 ? [piece] : [textOf(parts[i - 1] ?? null), piece]))
  return new Html(texts.join(''))
}

function textOf(part: Part): string {
  if (part === null) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(textOf).join('')
  return escapeHtml(String(part))
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For text and attributes alike; characters that XML forbids and that could hide others are shown as a mark. */
function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (found) => ESCAPES[found] ?? '')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '\ufffd')
}
