/** The report's style sheet: light and dark, wide and narrow, on screen and on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #faf8f4; --card: #ffffff; --ink: #1d2126; --soft: #575e68; --line: #e2ddd3;
  --accent: #0a6b66; --accent-wash: #e3f0ee; --accent-edge: #94c1bd; --second: #a8480f; --second-wash: #faebdf; --empty: #b9b3a7;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif;
  --serif: ui-serif, "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Noto Serif", "Liberation Serif", serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1b1f23; --ink: #e8e5df; --soft: #a5abb3; --line: #31363c;
    --accent: #5fcfc5; --accent-wash: #17302e; --accent-edge: #38716b; --second: #f2a673; --second-wash: #3a2618; --empty: #565c64;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 var(--sans); -webkit-text-size-adjust: 100%; }
main { max-width: 60rem; margin: 0 auto; padding: 4.5rem 2rem 5rem; }
h1, h2 { font-family: var(--serif); font-weight: 600; line-height: 1.15; text-wrap: balance; margin: 0; }
h1 { font-size: clamp(2.1rem, 1.3rem + 3.4vw, 3.4rem); letter-spacing: -0.015em; }
h2 { font-size: 1.6rem; letter-spacing: -0.01em; }
h3 { font: 600 0.95rem/1.4 var(--sans); margin: 0 0 0.6rem; }
p { margin: 0; max-width: 65ch; text-wrap: pretty; }
section { margin-top: 4.5rem; }
section > p { margin-top: 0.75rem; color: var(--soft); }
code, kbd { font-family: var(--mono); font-size: 0.875em; }
.eyebrow { font-size: 0.8125rem; font-weight: 600; letter-spacing: 0.08em; text-transform: uppercase; color: var(--accent); margin-bottom: 1rem; }
.lead { font-size: 1.1875rem; line-height: 1.55; margin-top: 1.25rem; max-width: 42rem; }
.note { margin-top: 2rem; padding: 1.1rem 1.4rem; background: var(--accent-wash); border-radius: 10px; max-width: 42rem; }
.note p { max-width: none; }

.strips { margin: 2rem 0 0; display: grid; gap: 1.6rem; }
.strip-head { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; margin-bottom: 0.5rem; }
.strip-head b { font-weight: 600; }
.strip-head span { color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
.strip.tuned .strip-head span { color: var(--accent); font-weight: 600; }
.cells { display: grid; grid-template-columns: repeat(30, 1fr); gap: 4px; }
.cells i, .legend i { display: block; height: 1.15rem; border-radius: 3px; }
.cells i.exact, .legend i.exact { background: var(--accent); }
.cells i.valid, .legend i.valid { border: 1px solid var(--accent-edge); background: var(--accent-wash); }
.cells i.broken, .legend i.broken { background: radial-gradient(circle, var(--empty) 0 2.5px, transparent 3px); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.4rem 1.6rem; margin: 1.6rem 0 0; padding: 0; color: var(--soft); font-size: 0.875rem; }
.legend li { display: flex; align-items: center; gap: 0.55rem; }
.legend i { width: 1.15rem; height: 1rem; flex: none; }
.legend i.line { height: 0; border-top: 2px solid var(--accent); border-radius: 0; width: 1.5rem; }
.legend i.faint { height: 0; border-top: 1px solid var(--accent); opacity: 0.45; border-radius: 0; width: 1.5rem; }
.legend i.dotted { height: 7px; width: 1.5rem; border-radius: 0; background: radial-gradient(circle, var(--second) 0 3px, transparent 3.5px), linear-gradient(var(--second), var(--second)) center / 100% 2px no-repeat; }

.scroll { overflow-x: auto; margin-top: 1.75rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 0.7rem 0 0.7rem 1.25rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; font-weight: 400; }
th:first-child { text-align: left; padding-left: 0; white-space: normal; }
thead th { color: var(--soft); font-size: 0.875rem; padding-top: 0; vertical-align: bottom; }
tbody th { font-weight: 500; }
tr.tuned :is(th, td) { font-weight: 650; color: var(--accent); }
tr.apart :is(th, td) { color: var(--soft); border-bottom: 0; }
td .bar { display: block; height: 3px; margin-top: 0.3rem; border-radius: 2px; background: linear-gradient(currentColor, currentColor) left / var(--share) 100% no-repeat var(--line); opacity: 0.8; min-width: 4.5rem; }

figure { margin: 1.5rem 0 0; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-family: var(--sans); font-size: 13px; fill: var(--soft); font-variant-numeric: tabular-nums; }
svg .grid line { stroke: var(--line); stroke-width: 1; }
svg polyline { fill: none; stroke-linejoin: round; stroke-linecap: round; }
svg .training { stroke: var(--accent); stroke-width: 2; }
svg .training-steps { stroke: var(--accent); stroke-width: 0.75; opacity: 0.45; }
svg .validation { stroke: var(--second); stroke-width: 2; }
svg .validation-points circle { fill: var(--second); stroke: var(--paper); stroke-width: 1; }
.narrow { display: none; }
details { margin-top: 1.25rem; }
summary { cursor: pointer; color: var(--soft); font-size: 0.9375rem; width: fit-content; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
details table { width: auto; margin-top: 1rem; font-size: 0.875rem; }
details :is(th, td) { padding-block: 0.3rem; }

.samples { display: grid; grid-template-columns: 1fr 1fr; gap: 3rem 2.5rem; margin-top: 1.75rem; }
.samples ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; }
.ticket { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem; }
.ticket blockquote { margin: 0 0 0.8rem; font-family: var(--serif); font-size: 1.0625rem; line-height: 1.45; }
.ticket dl { display: grid; grid-template-columns: auto 1fr; gap: 0.3rem 0.9rem; margin: 0; font-size: 0.875rem; }
.ticket dt { color: var(--soft); }
.ticket dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.ticket mark { background: var(--second-wash); color: var(--second); border-radius: 3px; padding: 0 0.2em; font-weight: 600; }
.ticket .garbled { color: var(--soft); }

.facts { display: grid; grid-template-columns: 1fr 1fr; gap: 2.5rem; margin-top: 1.75rem; }
.facts dl { margin: 0; font-size: 0.9375rem; }
.facts dl > div { display: flex; justify-content: space-between; gap: 1.5rem; padding: 0.4rem 0; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--soft); flex: none; }
.facts dd { margin: 0; text-align: right; overflow-wrap: anywhere; min-width: 0; font-variant-numeric: tabular-nums; }
ul.plain { margin: 1rem 0 0; padding-left: 1.15rem; color: var(--soft); max-width: 65ch; display: grid; gap: 0.4rem; }
pre { margin: 1.25rem 0 0; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; font: 0.875rem/1.6 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { font-size: inherit; }

@media (max-width: 46rem) {
  main { padding: 2.75rem 1.25rem 3.5rem; }
  section { margin-top: 3.5rem; }
  .cells { grid-template-columns: repeat(15, 1fr); }
  .samples, .facts { grid-template-columns: 1fr; }
  .wide { display: none; }
  .narrow { display: block; }
  .results thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .results table, .results tbody { display: block; }
  .results tr { display: grid; grid-template-columns: 1fr 1fr; gap: 0.85rem 1.5rem; padding: 1.2rem 0 1.4rem; border-bottom: 1px solid var(--line); }
  .results :is(th, td) { display: block; padding: 0; border: 0; }
  .results tbody th { grid-column: 1 / -1; font-weight: 600; }
  .results td { text-align: left; }
  .results td::before { content: attr(data-label); display: block; font-size: 0.8125rem; font-weight: 400; color: var(--soft); }
  .results tr.apart { border-bottom: 0; }
}
@media print {
  :root { --paper: #fff; }
  main { padding: 0; }
  section, .ticket, figure { break-inside: avoid; }
}
`
