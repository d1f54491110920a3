import { getSystemErrorMap } from 'node:util'

/** What the system said, in words where it has some: `no such file or directory`, `permission denied`, … */
export function reason(problem: unknown): string {
  if (!(problem instanceof Error)) return String(problem)
  const { errno, code } = problem as NodeJS.ErrnoException
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? code ?? problem.message
}
