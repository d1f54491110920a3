/** For screen and paper alike; no font, image or script from elsewhere. */
export const STYLE = `
:root { --ink: #1c2733; --soft: #5b6b7b; --line: #d9e0e7; --ground: #f6f8fa; --good: #23744a; --bad: #b3261e; --accent: #1f5f99; }
* { box-sizing: border-box }
html { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif; color: var(--ink); background: var(--ground) }
body { margin: 0 auto; padding: 2.5rem 2rem 4rem; max-width: 60rem; background: #fff }
header { border-bottom: 3px solid var(--accent); margin-bottom: 1.5rem; padding-bottom: 1rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem }
h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem; padding-top: .4rem; border-top: 1px solid var(--line) }
h3 { font-size: 1.02rem; margin: 1.6rem 0 .4rem }
p { margin: .4rem 0 .8rem; max-width: 46rem }
a { color: var(--accent); text-decoration: none } a:hover { text-decoration: underline }
.soft, figcaption, th, .grid text, dt { color: var(--soft) }
nav ul { columns: 2; padding: 0; margin: .5rem 0; list-style: none }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: .8rem; margin: 1.2rem 0 }
.tile { border: 1px solid var(--line); border-radius: 6px; padding: .7rem .9rem }
.tile b { display: block; font-size: 1.65rem; line-height: 1.2; font-variant-numeric: tabular-nums }
.tile span { color: var(--soft); font-size: .86rem }
.tile.bad { border-left: 4px solid var(--bad) } .tile.good { border-left: 4px solid var(--good) }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.2rem; font-size: .88rem }
th { text-align: left; font-weight: 600; border-bottom: 2px solid var(--line); padding: .3rem .6rem .3rem 0; vertical-align: bottom }
td { border-bottom: 1px solid var(--line); padding: .32rem .6rem .32rem 0; vertical-align: top; overflow-wrap: anywhere }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.n + :not(.n) { padding-left: 1.4rem } .whole { white-space: nowrap }
code { font: .86em/1.4 ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace; overflow-wrap: anywhere }
pre { background: var(--ground); border: 1px solid var(--line); border-radius: 6px; padding: .7rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .86rem/1.4 ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace }
.state { display: inline-block; border-radius: 3px; padding: 0 .45rem; font-size: .82rem; font-weight: 600; white-space: nowrap }
.state.good { color: var(--good); background: #e6f4ec } .state.bad { color: var(--bad); background: #fbeae9 } .state.open { color: #7a5b00; background: #fdf3d6 }
.gaps h3 { margin: 1.1rem 0 .2rem } .gaps h3 .soft { font-weight: 400; font-size: .82rem; margin-left: .55rem } .gaps h3 b { color: var(--bad); background: #fbeae9; border-radius: 1em; padding: .05rem .55rem; margin-left: .55rem; font-size: .82rem; font-variant-numeric: tabular-nums }
ul.list { margin: .2rem 0 .9rem; padding-left: 1.1rem; font-size: .88rem } ul.list li { margin: .12rem 0 }
figure { margin: 1rem 0 1.4rem } figcaption { font-weight: 600 }
svg { display: block; width: 100%; height: auto } svg text { font-size: 11px; fill: var(--soft) } .grid line { stroke: var(--line) }
svg.share { height: 12px; min-width: 8rem }
.legend { font-size: .82rem; color: var(--soft); margin: .1rem 0 .4rem } .legend span { margin-right: 1rem; white-space: nowrap }
.legend i { display: inline-block; width: .75em; height: .75em; margin-right: .35em; border-radius: 2px }
.true { fill: #b3261e; background: #b3261e } .benign { fill: #4f8fc0; background: #4f8fc0 } .false { fill: #e0a526; background: #e0a526 }
.rest { fill: #93a1af; background: #93a1af } .none { fill: #d4dae0; background: #d4dae0 }
.watched { fill: #3c9a69; background: #3c9a69 } .unwatched { fill: #f3d9d7; background: #f3d9d7 }
.control { break-inside: avoid-page; margin-top: 1.8rem } .control h3 { display: flex; gap: .6rem; align-items: baseline } .control h3 code { font-size: 1em; white-space: nowrap }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: .2rem .8rem; margin: .4rem 0; font-size: .9rem } dd { margin: 0 }
@media screen and (max-width: 45rem) {
  .tiles { grid-template-columns: repeat(2, 1fr) } nav ul { columns: 1 } body { padding: 1rem }
  table { display: block } table, figure { overflow-x: auto } td { overflow-wrap: break-word } figure svg { min-width: 38rem } svg.share { min-width: 5rem }
}
@media print {
  @page { size: A4; margin: 18mm 16mm }
  html { font-size: 10.5pt; background: #fff } body { max-width: none; padding: 0 }
  a { color: inherit } nav { display: none }
  h2 { break-before: page; border-top: 0 } h2.here { break-before: auto }
  h2, h3 { break-after: avoid } tr, figure, .tile, li { break-inside: avoid } thead { display: table-header-group }
  .control { break-before: page; margin-top: 0 } .control.first { break-before: auto }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact }
}
`
