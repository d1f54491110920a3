import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, inject, it } from 'vitest'
import { emitIndexTemplate } from '../../src/event/index-template.ts'
import { ElasticsearchClient } from '../elasticsearch/client.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { madeEvent, madeLines } from './made-event.ts'

const url = inject('elasticsearch')
const hasFilebeat = spawnSync('filebeat', ['version']).status === 0

// Where Filebeat is installed; nothing installs it.
it.skipIf(url === '' || !hasFilebeat)(
  'Filebeat, set up as in mappings/, sends events under their own ids, once',
  async () => {
    const client = new ElasticsearchClient(url)
    const stream = `logs-detpack.use-${randomBytes(6).toString('hex')}`
    const template = { ...emitIndexTemplate(), index_patterns: [`${stream}*`], priority: 400 }
    await client.request('PUT', `/_index_template/${stream}`, template)
    const home = temporaryFolder({
      'events.ndjson': `${madeLines(50)}{"detpack":{"watermark":"2026-01-01T00:00:00Z"}}\n`,
    })
    const config = path.join(home, 'filebeat.yml')
    const settings = readFileSync('mappings/filebeat/filebeat.yml', 'utf8')
      .replace('/var/log/detpack/events.ndjson', path.join(home, 'events.ndjson'))
      .replace('${ELASTICSEARCH_URL}', url)
      .replace(/^ *api_key:.*$/m, '')
      .replace('logs-detpack.use-default', stream)
    writeFileSync(config, settings, { mode: 0o600 })
    // The second knows nothing of the first, and sends everything again.
    for (const life of ['first', 'second']) {
      const data = path.join(home, life)
      mkdirSync(data)
      const args = ['-c', config, '--path.home', home, '--path.data', data, '--path.logs', data]
      const filebeat = spawn('filebeat', args, { stdio: 'ignore' })
      await sleep(6000)
      filebeat.kill()
      await new Promise((resolve) => filebeat.on('close', resolve))
    }
    await client.request('POST', `/${stream}/_refresh`)
    const found = await client.request('GET', `/${stream}/_search?size=100&track_total_hits=true`)
    const { hits } = found.hits as unknown as { hits: { _id: string; _source: Record<string, unknown> }[] }
    expect(hits.map((one) => one._id).sort()).toEqual(Array.from({ length: 50 }, (_, at) => `run-${at + 1}`).sort())
    const { event, process, detpack } = madeEvent(1)
    expect(hits.find((one) => one._id === 'run-1')?._source).toMatchObject({ event, process, detpack })
  },
)
