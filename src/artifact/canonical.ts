export { canonicalJson, contentDigest, sameJson } from '../event/canonical.ts'
