import type { Commands } from './command.ts'
import { bin } from './command/bin.ts'
import { chart, timechart } from './command/chart.ts'
import { fields, rename, table } from './command/columns.ts'
import { append, appendcols, appendpipe, join, multisearch, union } from './command/combine.ts'
import { convert } from './command/convert.ts'
import { dedup } from './command/dedup.ts'
import { evaluation } from './command/eval.ts'
import { eventstats } from './command/eventstats.ts'
import { filldown, fillnull } from './command/fill.ts'
import { foreach } from './command/foreach.ts'
import { fieldformat } from './command/format.ts'
import { head, reverse, tail, uniq } from './command/head.ts'
import { inputlookup, lookup, outputlookup } from './command/lookup.ts'
import { addinfo, makeresults } from './command/make.ts'
import { accum, autoregress, delta } from './command/neighbour.ts'
import { rangemap } from './command/rangemap.ts'
import { regex, rex } from './command/regex.ts'
import { format, returned } from './command/return.ts'
import { search, where } from './command/search.ts'
import { makemv, mvcombine, mvexpand, nomv } from './command/several.ts'
import { addcoltotals, addtotals, transpose, untable, xyseries } from './command/shape.ts'
import { sort } from './command/sort.ts'
import { spath } from './command/spath.ts'
import { stats } from './command/stats.ts'
import { streamstats } from './command/streamstats.ts'
import { replace, strcat } from './command/text.ts'
import { rare, top } from './command/top.ts'
import { transaction } from './command/transaction.ts'
import { tstats } from './command/tstats.ts'

/** The commands that are run here, by name. */
export const commands: Commands = {
  accum,
  addcoltotals,
  addinfo,
  addtotals,
  append,
  appendcols,
  appendpipe,
  autoregress,
  bin,
  bucket: bin,
  chart,
  convert,
  dedup,
  delta,
  discretize: bin,
  eval: evaluation,
  eventstats,
  fieldformat,
  fields,
  filldown,
  fillnull,
  foreach,
  format,
  head,
  inputlookup,
  join,
  lookup,
  makemv,
  makeresults,
  multisearch,
  mvcombine,
  mvexpand,
  nomv,
  outputlookup,
  rangemap,
  rare,
  regex,
  rename,
  replace,
  return: returned,
  reverse,
  rex,
  search,
  sort,
  spath,
  stats,
  strcat,
  streamstats,
  table,
  tail,
  timechart,
  top,
  transaction,
  transpose,
  tstats,
  uniq,
  union,
  untable,
  where,
  xyseries,
}

const OF_SPLUNK = 'it needs a running Splunk'
const OF_MODELS = 'it works on statistical models that Splunk does not document exactly'

/** Commands that Splunk has and that are not run here, with the reason. */
export const UNRUN_COMMANDS: Readonly<Record<string, string>> = {
  anomalies: OF_MODELS,
  anomalousvalue: OF_MODELS,
  anomalydetection: OF_MODELS,
  cluster: OF_MODELS,
  collect: OF_SPLUNK,
  datamodel: 'data models are not known here',
  dbinspect: OF_SPLUNK,
  delete: OF_SPLUNK,
  eventcount: OF_SPLUNK,
  extract: 'fields are those of the JSON already',
  from: 'data sets are not known here',
  geostats: 'it draws',
  history: OF_SPLUNK,
  inputcsv: 'give the table as a lookup, and use "inputlookup"',
  iplocation: 'it needs a database of places',
  kmeans: OF_MODELS,
  kv: 'fields are those of the JSON already',
  loadjob: OF_SPLUNK,
  map: 'it runs a search for each row',
  metadata: OF_SPLUNK,
  metasearch: OF_SPLUNK,
  mstats: 'metrics are not known here',
  outputcsv: OF_SPLUNK,
  pivot: 'data models are not known here',
  predict: OF_MODELS,
  rest: OF_SPLUNK,
  savedsearch: OF_SPLUNK,
  script: OF_SPLUNK,
  sendalert: OF_SPLUNK,
  sendemail: OF_SPLUNK,
  set: 'write it with append and stats',
  sitimechart: OF_SPLUNK,
  sistats: OF_SPLUNK,
  tscollect: OF_SPLUNK,
  xmlkv: 'XML is not read here',
  xpath: 'XML is not read here',
}
