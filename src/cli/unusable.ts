/** What was asked cannot be done as it was asked: a bad option value, a file that is not there. Ends with exit code 2. */
export class Unusable extends Error {}
