import { HOST_ITEM_IDS, HOST_ITEMS, HOST_RESULTS } from '../../host/item.ts'
import { lastReports } from '../../host/report.ts'
import type { Evidence } from '../model.ts'
import { html, type Html } from './html.ts'
import { counted, number } from './words.ts'

/** What hosts were found to be when they were checked last: a row for each item, since a fleet does not fit on a page. */
export function hostSection({ history: { hosts }, period }: Evidence): Html {
  const reports = lastReports(hosts, period)
  if (reports.length === 0)
    return html`<h2 id="hosts" class="here">Hosts</h2>
      <p>No check of a host is known.</p>`
  const findings = reports.flatMap((report) => report.findings)
  return html`<h2 id="hosts" class="here">Hosts</h2>
    <p class="soft">
      The last check of each of ${counted(reports.length, 'host')}. All of them, with what was seen:
      <code>hosts.csv</code>.
    </p>
    <table>
      <thead>
        <tr>
          <th>item</th>
          <th></th>
          ${HOST_RESULTS.map((result) => html`<th class="n">${result}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${HOST_ITEM_IDS.map((id) => {
          const own = findings.filter((each) => each.id === id)
          const count = (result: string): Html =>
            html`<td class="n">${number(own.filter((each) => each.result === result).length)}</td>`
          return own.length === 0
            ? null
            : html`<tr>
                <td><code>${id}</code></td>
                <td>${HOST_ITEMS[id].title}</td>
                ${HOST_RESULTS.map(count)}
              </tr> `
        })}
      </tbody>
    </table>`
}
