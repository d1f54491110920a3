// Answers Elasticsearch's calls at once and keeps nothing: what is measured against it is the sender alone. Prints its
// address; counts the events it was given at GET /count.
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

const unpack = promisify(gunzip)
let taken = 0
const server = createServer(async (request, response) => {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  response.setHeader('content-type', 'application/json')
  response.setHeader('x-elastic-product', 'Elasticsearch')
  if (request.url === '/count') return response.end(String(taken))
  if (request.url.startsWith('/_resolve/'))
    return response.end('{"indices":[],"aliases":[],"data_streams":[{"name":"x","backing_indices":["x-1"]}]}')
  const whole = Buffer.concat(pieces)
  const body = request.headers['content-encoding'] === 'gzip' ? await unpack(whole) : whole
  let lines = 0
  for (let at = body.indexOf(10); at !== -1; at = body.indexOf(10, at + 1)) lines++
  taken += lines / 2
  response.end(
    `{"errors":false,"items":[${Array(lines / 2)
      .fill('{"create":{"status":201}}')
      .join(',')}]}`,
  )
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
process.on('SIGTERM', () => process.exit(0))
