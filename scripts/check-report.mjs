// Looks at the evidence report of a made-up quarter in a real browser (Debian: chromium), at the widths of a desk, a phone and
// a sheet of paper: nothing is written to its console, nothing is asked of a network, no script is needed, nothing is wider than
// the page, and each section can be reached by its link. Leaves pictures and a PDF in build/report for a person to look at.
// Exit 3 when there is no browser: that is said, and proves nothing.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { startBrowser } from './browser.mjs'
import { root } from './bundle.mjs'
import { quarterFiles } from './quarter.mjs'

const ALERTS = 10_000
/** A4 without its margins, at 96 dots an inch. */
const PAPER = 673
const WIDTHS = { desk: 1280, phone: 390 }
const TALL = 1800

const program = process.env.DETPACK_BROWSER ?? ['chromium', 'chromium-browser', 'google-chrome'].find(isThere)
if (program === undefined || !isThere(program)) {
  process.stderr.write('SKIP: there is no browser (Debian: chromium): the report is not looked at\n')
  process.exit(3)
}

const folder = path.join(root, 'build/report')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const complaints = []
const browser = await startBrowser(program)
try {
  for (const [name, withGaps] of [
    ['gaps', true],
    ['whole', false],
  ]) {
    const file = path.join(folder, `${name}.html`)
    writeFileSync(file, (await quarterFiles(ALERTS, withGaps)).get('report.html'))
    await look(name, pathToFileURL(file).href)
  }
} finally {
  await browser.close()
}
for (const each of complaints) process.stderr.write(`${each}\n`)
process.stdout.write(
  `report: ${complaints.length === 0 ? 'nothing to complain of' : `${complaints.length} complaints`}; pictures in build/report\n`,
)
process.exit(complaints.length === 0 ? 0 : 1)

function isThere(name) {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0
}

async function look(name, url) {
  const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true })
  const page = (method, params) => browser.send(method, params, sessionId)
  let loaded
  browser.on(({ method, params, sessionId: of }) => {
    if (of !== sessionId) return
    if (method === 'Page.loadEventFired') loaded?.()
    if (method === 'Network.requestWillBeSent' && params.request.url !== url)
      complaints.push(`${name}: asks for ${params.request.url}`)
    if (method === 'Log.entryAdded') complaints.push(`${name}: ${params.entry.level}: ${params.entry.text}`)
    if (method === 'Runtime.consoleAPICalled' || method === 'Runtime.exceptionThrown')
      complaints.push(`${name}: ${method}: ${JSON.stringify(params).slice(0, 300)}`)
  })
  for (const domain of ['Page', 'Network', 'Log', 'Runtime', 'DOM']) await page(`${domain}.enable`)
  await page('Emulation.setScriptExecutionDisabled', { value: true })
  for (const [kind, width] of Object.entries(WIDTHS)) {
    await page('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 })
    const done = new Promise((resolve) => (loaded = resolve))
    await page('Page.navigate', { url })
    await done
    await measure(`${name} on a ${kind}`, width)
    await picture(page, `${name}-${kind}`)
  }
  await page('Emulation.setEmulatedMedia', { media: 'print' })
  await page('Emulation.setDeviceMetricsOverride', { width: PAPER, height: 950, deviceScaleFactor: 1, mobile: false })
  await measure(`${name} on paper`, PAPER)
  await page('Emulation.setEmulatedMedia', { media: '' })
  const { data } = await page('Page.printToPDF', { preferCSSPageSize: true, printBackground: true })
  const pdf = Buffer.from(data, 'base64')
  writeFileSync(path.join(folder, `${name}.pdf`), pdf)
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0
  process.stdout.write(`${name}: ${pages} pages of paper\n`)
  if (pages < 10) complaints.push(`${name}: only ${pages} pages of paper`)
  await browser.send('Target.closeTarget', { targetId })

  /** What is wider than its page, by what the browser has laid out, and links that lead nowhere. */
  async function measure(what, width) {
    const { cssContentSize } = await page('Page.getLayoutMetrics')
    if (cssContentSize.width > width) complaints.push(`${what}: is ${cssContentSize.width} wide, not ${width}`)
    // Asked from outside of the page, which itself may run nothing.
    const found = await page('Runtime.evaluate', {
      expression: `(${inPage.toString()})(${width})`,
      returnByValue: true,
    })
    for (const each of found.result.value ?? ['the page cannot be asked']) complaints.push(`${what}: ${each}`)
  }
}

/** Runs in the page. */
function inPage(width) {
  // What is inside of a part that scrolls by itself is as wide as it likes, where that part keeps to the page.
  const scrolls = (each) => each !== document.body && getComputedStyle(each).overflowX === 'auto'
  const isInside = (each) => {
    for (let at = each.parentElement; at !== null && at !== document.body; at = at.parentElement)
      if (scrolls(at) && at.getBoundingClientRect().right <= width + 1) return true
    return false
  }
  const wide = [...document.querySelectorAll('body *')].filter((each) => {
    const { right, width: own } = each.getBoundingClientRect()
    return own > 0 && right > width + 1 && !isInside(each)
  })
  const cut = [...document.querySelectorAll('svg text')].filter((each) => {
    const [own, box] = [each.getBoundingClientRect(), each.ownerSVGElement.getBoundingClientRect()]
    return own.left < box.left - 1 || own.right > box.right + 1 || own.bottom > box.bottom + 1
  })
  const dead = [...document.querySelectorAll('a[href^="#"]')].filter(
    (each) => document.getElementById(decodeURIComponent(each.hash.slice(1))) === null,
  )
  const twice = [...document.querySelectorAll('[id]')].filter(
    (each, i, all) => all.findIndex(({ id }) => id === each.id) !== i,
  )
  const small = [...document.querySelectorAll('svg text')].filter((each) => each.getBoundingClientRect().height < 8)
  return [
    ...wide.slice(0, 5).map((each) => `${each.tagName} is too wide: ${each.textContent.trim().slice(0, 60)}`),
    ...cut.slice(0, 5).map((each) => `a text of a chart is cut off: ${each.textContent}`),
    ...dead.slice(0, 5).map((each) => `a link leads nowhere: ${each.hash}`),
    ...twice.slice(0, 5).map((each) => `there are two ids ${each.id}`),
    ...small.slice(0, 5).map((each) => `a text of a chart is too small to read: ${each.textContent}`),
  ]
}

/** Each section from its head on, as far as a person would look at once. */
async function picture(page, name) {
  const { root: document } = await page('DOM.getDocument')
  const { nodeIds } = await page('DOM.querySelectorAll', { nodeId: document.nodeId, selector: 'header, h2[id]' })
  const { cssContentSize } = await page('Page.getLayoutMetrics')
  for (const [i, nodeId] of nodeIds.entries()) {
    const { model } = await page('DOM.getBoxModel', { nodeId })
    const y = Math.max(0, model.border[1] - 20)
    const clip = { x: 0, y, width: cssContentSize.width, height: Math.min(TALL, cssContentSize.height - y), scale: 1 }
    const { data } = await page('Page.captureScreenshot', { clip, captureBeyondViewport: true })
    writeFileSync(path.join(folder, `${name}-${String(i).padStart(2, '0')}.png`), Buffer.from(data, 'base64'))
  }
}
