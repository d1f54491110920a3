import type { Configuration } from '../pack/configuration.ts'
import { openSplunkd, type SplunkClient } from '../target/splunk/splunk-client.ts'
import { insecureWarning, secretFromStdin } from './destination.ts'
import { splunkConnection, type SplunkTargetOptions } from './splunk.ts'
import { TargetProblem } from './target-problem.ts'
import { say } from './terminal.ts'

/** Opens splunkd. What the connection is refused for is a `TargetProblem`. */
export async function openSplunkClient(
  configuration: Configuration,
  options: SplunkTargetOptions & { readonly secretStdin?: boolean },
): Promise<SplunkClient> {
  const given = options.secretStdin === true ? secretFromStdin() : undefined
  const connection = splunkConnection(configuration, options, given)
  const warning = insecureWarning(options, [connection.splunkd.url])
  if (warning !== undefined) say(warning)
  const opening = await openSplunkd(connection)
  if (opening.kind === 'failed') throw new TargetProblem(opening.diagnostics)
  return opening.client
}
