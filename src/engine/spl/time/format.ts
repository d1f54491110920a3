const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

/** The variables of `strftime` that are known here; `%3N` and the like are `N` and `Q`. */
const VARIABLE = /%(?:([1-9])([NQ])|(:{0,2}z)|(.))/gs

/** What has to be written so that `formatTime` knows it; the first variable that it does not know. */
export function unknownVariable(format: string): string | undefined {
  for (const [whole, , , , letter] of format.matchAll(VARIABLE))
    if (letter !== undefined && !'aAbBcCdDeFgGhHIjklmMNnpQsSTtuUVwWxXyYZz+%'.includes(letter)) return whole
  return undefined
}

/** `strftime`, in UTC. @param time seconds since 1970 */
export function formatTime(time: number, format: string): string {
  const date = new Date(Math.floor(time * 1000 + 1e-4))
  if (Number.isNaN(date.getTime())) return ''
  return format.replace(VARIABLE, (whole, digits?: string, fraction?: string, zone?: string, letter?: string) => {
    if (fraction !== undefined) return fractionOf(time, Number(digits))
    if (zone !== undefined) return zone === 'z' ? '+0000' : zone === ':z' ? '+00:00' : '+00:00:00'
    return letter === undefined ? whole : (variable(letter, date, time) ?? whole)
  })
}

function variable(letter: string, date: Date, time: number): string | undefined {
  const year = date.getUTCFullYear()
  const hour = date.getUTCHours()
  const twelve = hour % 12 === 0 ? 12 : hour % 12
  switch (letter) {
    case 'a':
      return DAYS[date.getUTCDay()]?.slice(0, 3)
    case 'A':
      return DAYS[date.getUTCDay()]
    case 'b':
    case 'h':
      return MONTHS[date.getUTCMonth()]?.slice(0, 3)
    case 'B':
      return MONTHS[date.getUTCMonth()]
    case 'c':
      return formatTime(time, '%a %b %e %H:%M:%S %Y')
    case 'C':
      return two(Math.floor(year / 100))
    case 'd':
      return two(date.getUTCDate())
    case 'D':
    case 'x':
      return formatTime(time, '%m/%d/%y')
    case 'e':
      return String(date.getUTCDate()).padStart(2)
    case 'F':
      return formatTime(time, '%Y-%m-%d')
    case 'g':
      return two(isoWeek(date).year % 100)
    case 'G':
      return String(isoWeek(date).year)
    case 'H':
      return two(hour)
    case 'I':
      return two(twelve)
    case 'j':
      return String(dayOfYear(date) + 1).padStart(3, '0')
    case 'k':
      return String(hour).padStart(2)
    case 'l':
      return String(twelve).padStart(2)
    case 'm':
      return two(date.getUTCMonth() + 1)
    case 'M':
      return two(date.getUTCMinutes())
    case 'n':
      return '\n'
    case 'N':
      return fractionOf(time, 9)
    case 'p':
      return hour < 12 ? 'AM' : 'PM'
    case 'Q':
      return fractionOf(time, 3)
    case 's':
      return String(Math.floor(time))
    case 'S':
      return two(date.getUTCSeconds())
    case 'T':
    case 'X':
      return formatTime(time, '%H:%M:%S')
    case 't':
      return '\t'
    case 'u':
      return String(date.getUTCDay() === 0 ? 7 : date.getUTCDay())
    case 'U':
      return two(Math.floor((dayOfYear(date) + 7 - date.getUTCDay()) / 7))
    case 'V':
      return two(isoWeek(date).week)
    case 'w':
      return String(date.getUTCDay())
    case 'W':
      return two(Math.floor((dayOfYear(date) + 7 - ((date.getUTCDay() + 6) % 7)) / 7))
    case 'y':
      return two(year % 100)
    case 'Y':
      return String(year)
    case 'Z':
      return 'UTC'
    case '+':
      return formatTime(time, '%a %b %e %H:%M:%S UTC %Y')
    case '%':
      return '%'
    default:
      return undefined
  }
}

/** Digits behind the point, cut and not rounded but for what a binary fraction lacks. */
function fractionOf(time: number, digits: number): string {
  const micro = Math.floor((time - Math.floor(time)) * 1e6 + 0.5)
  return String(Math.min(micro, 999_999)).padStart(6, '0').padEnd(9, '0').slice(0, digits)
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000)
}

/** ISO 8601: the week belongs to the year of its Thursday. */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * 86_400_000)
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 }
}
