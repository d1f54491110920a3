export function section(title) {
  process.stdout.write(`\n${title}\n`)
}

export function row(name, figure) {
  process.stdout.write(`  ${name.padEnd(62)}${figure}\n`)
}
