import type { CompiledRule } from '../compilation.ts'

/**
 * Queries for standard output. As text: one alone is only its text, so that it can be piped on; of several, each has a
 * heading in a comment of its language. As JSON: an array, one object a query.
 */
export function renderQueries(compiled: readonly CompiledRule[], format: 'text' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(compiled.map(describe), null, 2)}\n`
  const [only] = compiled
  if (compiled.length === 1 && only !== undefined) return renderQuery(only, 'text')
  return compiled.map((each) => `${heading(each)}\n${each.query.text}\n`).join('\n')
}

export function renderQuery(compiled: CompiledRule, format: 'text' | 'json'): string {
  return format === 'json' ? `${JSON.stringify(describe(compiled), null, 2)}\n` : `${compiled.query.text}\n`
}

function describe({ rule, query }: CompiledRule): object {
  return {
    rule: { id: rule.id, name: rule.name, title: rule.title, file: rule.span.source.name },
    language: query.language,
    query: query.text,
    identity: query.identity,
    approximations: query.approximations,
  }
}

/** A title comes from a file: what could end the comment is taken out of it. */
function heading({ rule, query }: CompiledRule): string {
  const title = rule.title.replace(/[\r\n`]/g, ' ')
  switch (query.language) {
    case 'eql':
    case 'esql':
      return `// ${query.language}: ${title}`
    case 'kql':
    case 'lucene':
      return `# ${query.language}: ${title}`
    case 'spl':
      return `\`\`\` ${query.language}: ${title} \`\`\``
  }
}
