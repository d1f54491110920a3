/** As Java's `Double.parseDouble` reads it: blanks around it, a letter behind it, and hexadecimal forms included. */
export function parseDouble(text: string): number | undefined {
  const trimmed = text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '')
  const [, sign = '', word] = /^([+-]?)(NaN|Infinity)$/.exec(trimmed) ?? []
  if (word !== undefined) return word === 'NaN' ? NaN : sign === '-' ? -Infinity : Infinity
  const [, decimal] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fFdD]?$/.exec(trimmed) ?? []
  return decimal === undefined ? parseHexadecimal(trimmed) : Number(decimal)
}

function parseHexadecimal(text: string): number | undefined {
  const match = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d{1,6})[fFdD]?$/.exec(text)
  const [, sign, whole = '', fraction = '', exponent] = match ?? []
  if (!match || whole + fraction === '') return undefined
  const size = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length)
  return sign === '-' ? -size : size
}

/** As Java's `Double.toString` writes it: always with a decimal point, with an exponent from 10,000,000 on. */
export function formatDouble(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return String(value)
  if (Object.is(value, -0)) return '-0.0'
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`
}
