// Events in the field names that SigmaHQ's Linux rules use, one JSON object a line; the same seed gives the same file.
// Usage: node bench/events.mjs COUNT > FILE

const PROGRAMS = [
  ['/usr/bin/bash', 'bash -c "ls -la /var/log"'],
  ['/usr/bin/cat', 'cat /etc/hostname'],
  ['/usr/bin/python3', 'python3 /opt/app/worker.py --queue mail'],
  ['/usr/bin/curl', 'curl -sS https://updates.example.org/index.json'],
  ['/usr/bin/grep', 'grep -r password /srv/www'],
  ['/usr/bin/apt-get', 'apt-get update'],
  ['/usr/bin/ssh', 'ssh deploy@build.example.org uptime'],
  ['/usr/bin/tar', 'tar czf /backup/home.tar.gz /home'],
  ['/usr/bin/systemctl', 'systemctl status nginx.service'],
  ['/usr/bin/find', 'find / -perm -4000 -type f'],
  ['/usr/sbin/useradd', 'useradd -m operator'],
  ['/usr/bin/crontab', 'crontab -l'],
  ['/usr/bin/node', 'node /srv/app/server.js'],
  ['/usr/bin/git', 'git fetch origin main'],
  ['/usr/bin/chmod', 'chmod 644 /srv/www/index.html'],
]
const FILES = [
  '/var/log/syslog',
  '/etc/passwd',
  '/home/op/notes.txt',
  '/tmp/build/a.o',
  '/etc/cron.d/job',
  '/srv/www/a.php',
]
const HOSTS = ['203.0.113.9', '198.51.100.10', '192.0.2.77', '10.0.0.12']
const USERS = ['root', 'www-data', 'op', 'deploy', 'nobody']

/** A small generator (mulberry32): the bench must not depend on chance. */
export function random(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function* events(count, seed = 1) {
  const next = random(seed)
  const pick = (list) => list[Math.floor(next() * list.length)]
  const start = Date.UTC(2026, 0, 1)
  for (let i = 0; i < count; i++) {
    const [image, commandLine] = pick(PROGRAMS)
    const [parent] = pick(PROGRAMS)
    const common = {
      '@timestamp': new Date(start + i * 7).toISOString(),
      Computer: `host-${Math.floor(next() * 40)}`,
      User: pick(USERS),
      ProcessId: 1000 + Math.floor(next() * 60000),
      Image: image,
    }
    const kind = next()
    if (kind < 0.6) {
      const words = `${commandLine} ${Math.floor(next() * 1e6).toString(36)}`
      yield { ...common, CommandLine: words, ParentImage: parent, ParentCommandLine: parent, CurrentDirectory: '/srv' }
    } else if (kind < 0.8) {
      yield { ...common, TargetFilename: `${pick(FILES)}.${Math.floor(next() * 1000)}` }
    } else if (kind < 0.95) {
      yield { ...common, DestinationIp: pick(HOSTS), DestinationPort: pick([22, 53, 80, 443, 8443]), Initiated: 'true' }
    } else {
      yield { ...common, type: 'SYSCALL', name: pick(FILES), a0: image, a1: pick(USERS), key: 'watch' }
    }
  }
}

if (process.argv[1] === import.meta.filename) {
  let lines = ''
  for (const event of events(Number(process.argv[2] ?? 100_000))) {
    lines += `${JSON.stringify(event)}\n`
    if (lines.length > 1 << 20) {
      if (!process.stdout.write(lines)) await new Promise((resolve) => process.stdout.once('drain', resolve))
      lines = ''
    }
  }
  process.stdout.write(lines)
}
