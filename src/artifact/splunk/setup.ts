import { SOURCETYPE } from '../../event/splunk-setting.ts'

/**
 * What an administrator of Splunk does by hand, once: detpack makes no index and no token. Names settings and commands,
 * and holds no secret.
 *
 * @param index where events are to lie; `detpack` when null
 */
export function administratorSetup({ app, index }: { readonly app: string; readonly index: string | null }): string {
  const name = index ?? 'detpack'
  return `## What an administrator sets up once

1. An index for the events. indexes.conf on the indexers (in Splunk Cloud: Settings, Indexes):

       [${name}]
       homePath = $SPLUNK_DB/${name}/db
       coldPath = $SPLUNK_DB/${name}/colddb
       thawedPath = $SPLUNK_DB/${name}/thaweddb

2. A token of the HTTP Event Collector that writes there and nowhere else, with indexer acknowledgement where the
   deployment has it (Settings, Data inputs, HTTP Event Collector, New Token):

       name: detpack   source type: ${SOURCETYPE}   allowed indexes: ${name}   default index: ${name}

   "detpack ship -t splunk" takes it from DETPACK_HEC_TOKEN or DETPACK_HEC_TOKEN_FILE.

3. Room for wide events on the search heads, limits.conf:

       [kv]
       limit = 400
       maxchars = 1048576

4. A role for deployments, with the capabilities schedule_search and search, the index ${name}, and write permission to
   the app ${app}; and a token for a user of that role (Settings, Tokens). "detpack deploy -t splunk" takes it from
   DETPACK_SPLUNK_TOKEN or DETPACK_SPLUNK_TOKEN_FILE.

5. The app ${app} on the search heads: "detpack compile -t splunk -f app" makes it. It holds the extractions and the
   names of the Common Information Model; they belong on the indexers too where events are read from files.
`
}
