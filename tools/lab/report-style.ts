/** The style sheet of the report, with the dashboard's colors. It uses no fonts or images from elsewhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f4ee, #14171a);
  --card: light-dark(#fffefb, #1c2025);
  --line: light-dark(#e6e2d8, #2c3239);
  --ink-1: light-dark(#1b1d20, #f2f1ec);
  --ink-2: light-dark(#565a61, #aab0b8);
  --accent: light-dark(#0b5f9e, #63b5f3);
  --band: light-dark(#1a7f4322, #4cc27c26);
  --mark: light-dark(#6b4b9a, #c3a6f0);
  --good: light-dark(#1a7f43, #4cc27c);
  --bad: light-dark(#b3261e, #ff8a80);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 80rem; padding: clamp(0.75rem, 3vw, 2.5rem);
  background: var(--paper); color: var(--ink-1);
  font: clamp(1rem, 0.85rem + 0.4vw, 1.35rem) / 1.5 system-ui, sans-serif;
}
h1 { margin: 0; font-size: 1.8em; line-height: 1.2; }
h2 { margin: 0; font-size: 1.3em; line-height: 1.3; }
p { margin: 0.4em 0; }
header p, .reason { color: var(--ink-2); }
.verdict { font-weight: 700; white-space: nowrap; }
.pass { color: var(--good); }
.fail { color: var(--bad); }
.card, .scroll {
  margin-top: 1.2em; padding: clamp(0.8rem, 2vw, 1.6rem);
  background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem;
}
.card > header { display: flex; justify-content: space-between; gap: 1em; align-items: baseline; }
.columns { display: grid; gap: 1.2em; margin-top: 0.8em; }
@media (min-width: 60rem) { .columns { grid-template-columns: 5fr 6fr; } }
.columns > * { min-width: 0; }
.scroll { overflow-x: auto; }
table { min-width: 44em; border-collapse: collapse; width: 100%; font-size: 0.9em; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3em 0.6em; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--ink-2); font-weight: 600; }
tr:last-child td { border-bottom: 0; }
td:first-child, th:first-child { padding-left: 0; }
pre {
  margin: 0.6em 0; padding: 0.5em 0.8em; overflow-wrap: anywhere; white-space: pre-wrap;
  background: var(--paper); border-radius: 0.4rem; font: 0.9em / 1.5 ui-monospace, monospace;
}
dl { margin: 0.8em 0 0; }
dt { color: var(--ink-2); font-size: 0.85em; }
dd { margin: 0 0 0.6em; }
.figure { font-size: 1.5em; font-weight: 700; line-height: 1.2; }
.small { color: var(--ink-2); font-size: 0.85em; }
a { color: var(--accent); }
.chart { margin: 0; }
figcaption { color: var(--ink-2); font-size: 0.85em; }
.marked { position: relative; margin: 0.8em 0.6em 1.8em 3em; }
.plot { position: relative; height: 13em; }
svg { position: absolute; width: 100%; height: 100%; overflow: visible; }
svg * { vector-effect: non-scaling-stroke; }
.grid { stroke: var(--line); stroke-width: 1; }
.band { fill: var(--band); }
.expected { stroke: var(--good); stroke-width: 2; stroke-dasharray: 7 5; }
.mark { position: absolute; top: 0; bottom: 0; border-left: 2px solid var(--mark); }
.measured { fill: none; stroke: var(--accent); stroke-width: 3; stroke-linejoin: round; }
.y, .x { position: absolute; color: var(--ink-2); font-size: 0.8em; line-height: 1; white-space: nowrap; }
.y { right: 100%; margin-right: 0.5em; transform: translateY(50%); }
.x { top: 100%; margin-top: 0.5em; transform: translateX(-50%); }
.label { position: relative; margin-block: 0 0.5em; color: var(--mark); font-size: 0.8em; line-height: 1.2; }
.label span { display: inline-block; padding: 0 0.5em; background: var(--card); }
.groups { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 1em; }
.bars { position: relative; display: flex; gap: 0.3em; margin-top: 0.8em; font-size: 0.75em; color: var(--ink-2); text-align: center; }
.bar { flex: 1; min-width: 0; }
.column, .level { position: relative; height: 16em; }
.column i { position: absolute; left: 12%; right: 12%; bottom: 0; min-height: 2px; background: var(--accent); border-radius: 0.2em 0.2em 0 0; }
.value { position: absolute; left: 50%; line-height: 1.4; transform: translateX(-50%); }
.level { position: absolute; inset: 0 0 auto; pointer-events: none; }
.level b { position: absolute; left: 0; right: 0; border-top: 2px dashed var(--good); }
.key { display: flex; flex-wrap: wrap; gap: 0.2em 1.4em; font-size: 0.85em; color: var(--ink-2); }
.key i { display: inline-block; width: 1.6em; margin-right: 0.4em; vertical-align: middle; border-top: 3px solid var(--accent); }
.key .dashed { border-top: 2px dashed var(--good); }
.key .wash { height: 0.8em; border: 0; background: var(--band); }
@media print { .card { break-inside: avoid; } }
`;
