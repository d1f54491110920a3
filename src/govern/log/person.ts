/**
 * Whether two names can mean the same person: letters alike but for their case, and what stands behind an `@` left out, since
 * one is `anna@web-1` to a host and `anna@example.org` to her mail. In doubt it is the same: then somebody else has to judge.
 */
export function isSamePerson(one: string, other: string): boolean {
  return nameIn(one) === nameIn(other)
}

function nameIn(written: string): string {
  return (written.split('@')[0] ?? '').trim().toLowerCase()
}
