import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../../../src/pack/configuration.ts'
import { loadTasks, surroundings } from '../../../../src/pack/tasks.ts'
import { taskMatrix } from '../../../../src/prove/task/matrix.ts'
import { renderTaskMarkdown } from '../../../../src/cli/render/task/markdown.ts'
import { taskSheet, type TaskSheet } from '../../../../src/cli/render/task/sheet.ts'
import { renderTaskText } from '../../../../src/cli/render/task/text.ts'
import { paintFor } from '../../../../src/cli/terminal.ts'

const paint = paintFor(process.stdout, 'never')
const { configuration } = loadConfiguration('.')
const { tasks } = loadTasks(configuration)
const { around } = surroundings(tasks, configuration)

function sheetOf(name: string): TaskSheet {
  const task = tasks.get(name) ?? expect.fail(name)
  return taskSheet(taskMatrix(task, around), { file: `baselines/${name}.yml`, until: '2027-11-30', force: 'whole' })
}

describe.each(['translate-document', 'web-server'])('the sheet of %s', (name) => {
  const sheet = sheetOf(name)
  const golden = path.join(import.meta.dirname, 'golden', name)

  it('says for a terminal what it may do and what is let be', async () => {
    const text = renderTaskText(sheet, paint)
    await expect(text).toMatchFileSnapshot(`${golden}.txt`)
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([])
  })

  it('says the same in Markdown', async () => {
    await expect(renderTaskMarkdown(sheet)).toMatchFileSnapshot(`${golden}.md`)
  })
})

describe('what a task file says', () => {
  const hostile = 'a\u001b[2J\u202e\n| b | <script> [x](http://a.example) `c` www.a.example'
  const plain = sheetOf('build-project')
  const sheet: TaskSheet = {
    ...plain,
    facts: [['purpose', [hostile]]],
    grants: [{ id: 'g', words: hostile, risk: [hostile] }],
    letBe: [hostile],
  }

  it('steers no terminal, and adds no line of its own', () => {
    const text = renderTaskText(sheet, paint)
    expect(text).not.toMatch(/[\u001b\u202e]/)
    expect(text).not.toMatch(/^\| b/m)
    expect(text.match(/\[2J/g)?.length).toBe(4)
  })

  it('is no markup of Markdown', () => {
    const text = renderTaskMarkdown(sheet)
    expect(text).not.toMatch(/[\u001b\u202e]/)
    expect(text).not.toMatch(/(?<!\\)<script|(?<!\\)\[x|\/\/a|www\.a|(?<!\\)`c/)
    expect(text).toContain('| g | a\ufffd\\[2J\ufffd\ufffd\\| b \\|')
  })
})
