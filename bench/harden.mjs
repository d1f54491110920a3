import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { interleaved, spread } from './measure.mjs'

/** `harden check` of an image's root with 300 services: stock units of Debian 12, again and again under other names. */
export function measureHarden(detpack, units, work, { section, row }) {
  const folder = path.join(work, 'image/usr/lib/systemd/system')
  mkdirSync(folder, { recursive: true })
  const stock = readdirSync(units).filter((name) => name.endsWith('.service'))
  for (let i = 0; i < 300; i++) {
    const name = stock[i % stock.length]
    copyFileSync(path.join(units, name), path.join(folder, i < stock.length ? name : `copy${i}-${name}`))
  }
  const check = [...detpack, 'harden', 'check', '--profile', 'network-daemon', '--root', path.join(work, 'image')]
  const [ours] = interleaved([check], 7)
  section('harden check of 300 services below a root, each against a profile, start included')
  row('s (aim: at most 2)', spread(ours.map((one) => one.wall)))
}
