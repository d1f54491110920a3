import { linuxCapabilityNamed } from '../recording/linux-capability.ts'

/** Keys of rules whose second part is not the name of the Linux capability. */
const BY_KEY: ReadonlyMap<string, string> = new Map([['net_bind', 'CAP_NET_BIND_SERVICE']])

/**
 * The Linux capability that the key of an audit rule stands for: `cap.<name>[.<detail>]`. Undefined for other keys
 * (`ctx.…`, `ctl.…`, `dac.…`, those of others).
 */
export function capabilityOfKey(key: string): { name: string; detail: string } | undefined {
  const [prefix, name = '', ...detail] = key.split('.')
  if (prefix !== 'cap') return undefined
  const capability = BY_KEY.get(name) ?? linuxCapabilityNamed(name)
  return capability === undefined ? undefined : { name: capability, detail: detail.join('.') }
}
