const HIDDEN = '[redacted]'
/** A longer argument is cut: nobody reads on, and the search for secrets stays cheap. */
const LONGEST = 4096

/** Names of options and variables whose values are secrets. */
const SECRET =
  /(?:^|[-_.])(?:pass(?:wd|word|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|auth)$/i

/** What a secret looks like wherever it stands: bearer and basic tokens, keys of clouds and forges, private keys. */
const SHAPES =
  /(\b(?:bearer|basic)\s{1,8})[\w.~+/=-]{8,512}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_\w{20,512}|\bglpat-[\w-]{16,512}|\bxox[abprs]-[\w-]{10,512}|\beyJ[\w-]{10,512}\.[\w-]{10,1024}\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*/gi

/** `scheme://user:password@host`: the user information. */
const USER_INFORMATION = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^/?#\s@]{1,512}@/gi

/**
 * Takes secrets out of the arguments of a program (event contract §8): values of options such as `--password x`,
 * `TOKEN=x` and `X-Api-Key: x`, tokens by their shape, user information in URLs. An import has no key for digests: a constant stands for
 * each secret.
 */
export function redactArguments(args: readonly string[]): readonly string[] {
  let next = false
  return args.map((argument) => {
    if (next && !argument.startsWith('-')) {
      next = false
      return HIDDEN
    }
    const equals = argument.indexOf('=')
    const name = equals < 0 ? argument.replace(/:$/, '') : argument.slice(0, equals)
    const secret = name.length <= 128 && SECRET.test(name)
    next = secret && equals < 0 && /^-|:$/.test(argument)
    if (secret && equals >= 0) return `${name}=${HIDDEN}`
    return argument
      .slice(0, LONGEST)
      .replace(SHAPES, (_, scheme: string | undefined) => `${scheme ?? ''}${HIDDEN}`)
      .replace(USER_INFORMATION, (_, scheme: string) => `${scheme}${HIDDEN}@`)
  })
}
