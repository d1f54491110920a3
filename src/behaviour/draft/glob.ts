import { parsePathPattern } from '../../event/path-pattern.ts'

/** What a glob of agents' settings (as in .gitignore) means here. */
export type GlobMeaning =
  | { readonly kind: 'path'; readonly path: string }
  /** Below the folder that the agent works in, which is known when a run starts. */
  | { readonly kind: 'project' }
  | { readonly kind: 'unknown' }

/** @param glob without what stands for an absolute path in a format of its own */
export function globMeaning(glob: string): GlobMeaning {
  const path = glob.replace(/\/\*{1,2}(?:\/\*)?$/, '/')
  if (path === '/' || path === '~/') return { kind: 'unknown' }
  if (/^(?:\/|~\/|\*\*\/)/.test(path))
    return 'refused' in parsePathPattern(path) ? { kind: 'unknown' } : { kind: 'path', path }
  return path.includes('..') ? { kind: 'unknown' } : { kind: 'project' }
}
