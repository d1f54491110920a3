/**
 * The items of detpack's own baseline, DP-1 to DP-8, each with what stands beside it: items of the CIS Debian Linux 12
 * Benchmark 1.1.0 and controls of NIST SP 800-53 revision 5. A mapping is a judgement; no item of that benchmark speaks of
 * what a service's Linux capabilities may be, so some have none.
 */
export const CONTROLS = {
  'DP-1': control('every service in scope has a reviewed baseline', [], ['AC-6(7)', 'CM-6']),
  'DP-2': control('a unit grants what its baseline allows, no more and no less', [], ['AC-6', 'CM-6', 'CM-7']),
  'DP-3': control('observed uses lie within the baseline', ['6.2.3.2', '6.2.3.6'], ['AC-6(9)', 'SI-4']),
  'DP-4': control('what a baseline allows and nobody used is put up for review', [], ['AC-6(7)', 'CM-7']),
  'DP-5': control('each allowed Linux capability names a risk, an owner, a rule and a test', [], ['RA-3', 'CM-3']),
  'DP-6': control(
    'capability use is audited: rules loaded, locked, none lost, or the sensor with full coverage',
    ['6.2.1.2', '6.2.1.3', '6.2.1.4', '6.2.3.20', '6.2.3.21'],
    ['AU-2', 'AU-12', 'AU-9'],
  ),
  'DP-7': control(
    'events reach the SIEM: a canary event is found there in time',
    ['6.1.2.1.2', '6.1.2.1.3', '6.1.3.6'],
    ['AU-5', 'CA-7'],
  ),
  'DP-8': control('every exception has a scope, an owner, another approver and an end', [], ['CM-3', 'CM-6']),
} as const satisfies Readonly<Record<`DP-${number}`, Control>>

export type ControlId = keyof typeof CONTROLS

export interface Control {
  readonly title: string
  readonly cis: readonly string[]
  readonly nist: readonly string[]
}

function control(title: string, cis: readonly string[], nist: readonly string[]): Control {
  return { title, cis, nist }
}
