/** Every double is a whole number of 2^-1074. */
const LEAST_BITS = 1074

/** A sum of doubles without rounding, from which they can be taken again. Whole numbers stay fast. */
export class ExactSum {
  #whole = 0
  /** The part that does not fit a safe integer, in units of 2^-1074. */
  #rest = 0n

  /** @param sign 1 to add, -1 to take away */
  add(value: number, sign: 1 | -1): void {
    const sum = this.#whole + sign * value
    if (Number.isInteger(value) && Number.isSafeInteger(sum)) this.#whole = sum
    else this.#rest += BigInt(sign) * units(value)
  }

  /** Negative, 0 or positive as the sum is less than, equal to or more than `value` taken that many times. */
  compare(value: number, times: number): number {
    if (!Number.isFinite(value)) return value > 0 ? -1 : 1
    const product = value * times
    if (this.#rest === 0n && Number.isInteger(value) && Number.isSafeInteger(product)) return this.#whole - product
    const difference = units(this.#whole) + this.#rest - units(value) * BigInt(times)
    return difference > 0n ? 1 : difference < 0n ? -1 : 0
  }
}

/** A finite double as a whole number of 2^-1074. */
function units(value: number): bigint {
  if (Number.isInteger(value)) return BigInt(value) << BigInt(LEAST_BITS)
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & 0xfffffffffffffn
  const size = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n)
  return bits >> 63n === 1n ? -size : size
}
