import type { JsonObject } from '../../event/field.ts'
import type { Rule } from '../../ir/rule.ts'

/**
 * The annotations of a correlation search: ATT&CK techniques under the name that Enterprise Security knows, and
 * frameworks of detpack's own, which it shows beside them. Each value is a list of texts. The mark comes on top of them.
 */
export function annotations(rule: Rule): JsonObject {
  const { risk, grant } = rule.governance
  const techniques = rule.tags.flatMap((tag) => {
    const found = /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]
    return found === undefined ? [] : [found.toUpperCase()]
  })
  return {
    ...(techniques.length > 0 && { mitre_attack: [...new Set(techniques)] }),
    ...(risk.length > 0 && { detpack_risk: [...risk] }),
    ...(grant !== null && { detpack_grant: [grant] }),
  }
}
