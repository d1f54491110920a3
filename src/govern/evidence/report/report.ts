import { formatTime } from '../../../event/record.ts'
import { formatDay } from '../../day.ts'
import { formatAnchor } from '../../log/merkle.ts'
import type { Evidence } from '../model.ts'
import { controlOverview, controlPages } from './control-section.ts'
import { gapSection } from './gap-section.ts'
import { hostSection } from './host-section.ts'
import { html, Html } from './html.ts'
import { registerSection } from './register-section.ts'
import { signerTable } from './signer-section.ts'
import { STYLE } from './style.ts'
import { figures, tiles } from './summary.ts'
import { traceSection } from './trace-section.ts'

/** One page that stands alone: no script, nothing from elsewhere, to be read on a screen or on paper. */
export function renderReport(evidence: Evidence): string {
  const { history, period, asOf } = evidence
  const title = `Evidence of ${period.name}`
  const { pack, log } = history
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}: ${pack.name}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="soft">
            Pack ${pack.name} ${pack.version} · ${formatDay(period.from)} to
            ${formatDay((period.to - 1) as typeof asOf)} · as known on
            ${formatTime(asOf).slice(0, 16).replace('T', ' ')} UTC
          </p>
        </header>
        ${tiles(evidence)}
        <nav>
          <ul>
            <li><a href="#gaps">Gaps</a></li>
            <li><a href="#figures">Alerts and verdicts</a></li>
            <li><a href="#coverage">Coverage</a></li>
            <li><a href="#hosts">Hosts</a></li>
            <li><a href="#trace">From risk to verdict</a></li>
            <li><a href="#reviews">Reviews</a></li>
            <li><a href="#changes">Changes, baselines, exceptions</a></li>
            <li><a href="#controls">Controls</a></li>
            <li><a href="#pages">Control by control</a></li>
            <li><a href="#verify">How to check this</a></li>
          </ul>
        </nav>
        ${gapSection(evidence)} ${figures(evidence)} ${hostSection(evidence)} ${traceSection(evidence)}
        ${registerSection(evidence)} ${controlOverview(evidence)} ${controlPages(evidence)}
        <h2 id="verify">How to check this</h2>
        ${signerTable(evidence)}
        <p>
          Every file beside this page is named with its SHA-256 in <code>evidence.dsse.json</code>, which is signed. The
          review log is a chain of signed entries; its state when this was made is the line below. Compare it with the
          one that was kept elsewhere when the review was closed.
        </p>
        <pre>${formatAnchor(log.anchor)}</pre>
        <p>Signatures, digests, the chain and the figures are checked again by</p>
        <pre>detpack evidence verify FOLDER --signers allowed_signers --anchor ${formatAnchor(log.anchor)}</pre>
        <p class="soft">
          A sample can be drawn again by hand: of each kind the items of <code>populations/</code> whose SHA-256 of the
          seed, a line break and the name is smallest.
        </p>
      </body>
    </html> `
  return page.text
}
