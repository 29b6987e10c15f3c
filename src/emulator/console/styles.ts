/** The look of the console: an instrument panel, read at a glance, on a phone as on a screen. */
export const CONSOLE_STYLES = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f3f4f8, #10121a); --card: light-dark(#fff, #181b26);
  --ink: light-dark(#171a26, #e8eaf2); --soft: light-dark(#5a6073, #9ba2b6); --line: light-dark(#dde0e9, #2d3243);
  --good: light-dark(#0a6539, #6fdca2); --bad: light-dark(#a3122a, #ff9aa8); --warn: light-dark(#8a4b00, #f5c06c);
  --accent: light-dark(#2f43cc, #9aa7ff); --tint: light-dark(#ebeefc, #222a49);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .4rem .8rem; z-index: 2; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem 1.25rem; padding: 1.25rem 1.5rem .75rem; }
h1 { margin: 0; font-size: 1.35rem; letter-spacing: -.01em; }
header p { margin: 0; color: var(--soft); }
nav { position: sticky; top: 0; z-index: 1; display: flex; gap: .25rem; overflow-x: auto; padding: .4rem 1.25rem; background: var(--ground); border-bottom: 1px solid var(--line); }
nav a { padding: .3rem .7rem; border-radius: .5rem; color: var(--soft); text-decoration: none; white-space: nowrap; font-weight: 600; font-size: .875rem; }
nav a:hover { background: var(--tint); color: var(--ink); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .3rem; }
main { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); grid-template-rows: min-content 1fr; gap: 1rem; max-width: 104rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; align-items: start; }
section { min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: 1rem 1.2rem; scroll-margin-top: 3.5rem; }
.wide { grid-column: 1 / -1; }
.tall { grid-row: span 2; }
.list { max-height: 44rem; overflow-y: auto; }
h2 { display: flex; align-items: baseline; gap: .6rem; margin: 0 0 .6rem; font-size: 1.05rem; }
h2 small { color: var(--soft); font-weight: 400; font-size: .8125rem; }
h3 { margin: 1rem 0 .3rem; font-size: .875rem; color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { border-top: 0; padding-top: 0; color: var(--soft); font-weight: 400; font-size: .8125rem; }
code, pre, .code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
code { font-size: .8125rem; }
.code { font-size: 1.15rem; font-weight: 700; letter-spacing: .12em; white-space: nowrap; }
.soft { color: var(--soft); }
.small { font-size: .8125rem; }
.time { color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; font-size: .8125rem; }
.chip { display: inline-block; padding: 0 .5rem; border-radius: 1rem; background: var(--tint); font-size: .8125rem; font-weight: 600; white-space: nowrap; }
td .good, td .warn { white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.plain li + li { margin-top: .15rem; }
ol.rules { margin: .3rem 0 0; padding-left: 1.4rem; font-size: .875rem; }
details { border-top: 1px solid var(--line); }
details:first-of-type { border-top: 0; }
summary { display: flex; flex-wrap: wrap; gap: .1rem .7rem; align-items: baseline; padding: .4rem 0; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary code { flex: 1 1 12rem; overflow-wrap: anywhere; }
pre { margin: 0 0 .8rem; padding: .7rem .9rem; max-height: 24rem; overflow: auto; border-radius: .5rem; background: var(--ground); font-size: .78rem; line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: 0 0 .8rem; }
.field { display: grid; gap: .15rem; flex: 1 1 11rem; }
label { font-size: .8125rem; color: var(--soft); }
select, input, button { font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .6rem; min-width: 0; width: 100%; }
button { width: auto; background: var(--accent); border-color: var(--accent); color: light-dark(#fff, #10121a); font-weight: 600; cursor: pointer; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1rem; margin: 0; font-size: .9rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
#live { font-size: .8125rem; }
@media (max-width: 60rem) { main { grid-template: none / minmax(0, 1fr); } .tall { grid-row: auto; } .list { max-height: 26rem; } }
@media (max-width: 40rem) {
  header, main { padding-left: .9rem; padding-right: .9rem; }
  section { padding: .9rem; }
  thead { position: absolute; left: -99rem; }
  tr { display: grid; grid-template-columns: minmax(0, 1fr); border-top: 1px solid var(--line); padding: .5rem 0; }
  th, td { border: 0; padding: .1rem 0; }
  td[data-label]::before { content: attr(data-label) " "; color: var(--soft); font-size: .8125rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .5rem; }
}
`;
