import type { KeyId } from '../../log/key.ts'
import type { Evidence } from '../model.ts'
import { html, type Html } from './html.ts'
import { number } from './words.ts'

/** Whose signatures the log holds, by key: whether a name is the person that it seems to be is not for a file to say. */
export function signerTable({ history: { log } }: Evidence): Html | null {
  const keys = new Map<KeyId, { readonly by: string; count: number }>()
  for (const { keyId, by } of log.entries) {
    const own = keys.get(keyId) ?? { by, count: 0 }
    keys.set(keyId, own)
    own.count += 1
  }
  if (keys.size === 0) return null
  const rows = [...keys].sort(([a, one], [b, other]) => (one.by + a < other.by + b ? -1 : 1))
  return html`<p>
      The review log was signed with these keys. Ask the people whether they are theirs: <code>ssh-keygen -lf</code>
      prints a key as it stands here.
    </p>
    <table>
      <thead>
        <tr>
          <th>who</th>
          <th>key</th>
          <th class="n">entries</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([key, { by, count }]) =>
            html`<tr>
              <td>${by}</td>
              <td><code>${key}</code></td>
              <td class="n">${number(count)}</td>
            </tr> `,
        )}
      </tbody>
    </table>`
}
