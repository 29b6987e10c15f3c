/** The look of report.html: a document first, so it reads in print as it does on a screen. */
export const REPORT_STYLES = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f6fa, #11131a); --card: light-dark(#fff, #191c26);
  --ink: light-dark(#1a1d29, #e9ebf3); --soft: light-dark(#5d6375, #9fa6b9); --line: light-dark(#dfe2ea, #303544);
  --good: light-dark(#0b6b3c, #6fdca2); --good-ground: light-dark(#e3f5ea, #12301f);
  --bad: light-dark(#a3122a, #ff9aa8); --bad-ground: light-dark(#fdecef, #3a1820);
  --accent: light-dark(#3346d3, #97a4ff); --tint: light-dark(#eceffd, #232a4a);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--ink); }
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; padding-bottom: 1.25rem; }
h1 { margin: .1rem 0; font-size: 2.5rem; line-height: 1.1; letter-spacing: -.02em; }
header.good h1 { color: var(--good); }
header.bad h1 { color: var(--bad); }
.org, .facts, .meta, footer p { color: var(--soft); margin: 0; }
.org strong { color: var(--ink); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: 1.25rem 1.5rem; margin: 0 0 1.25rem; }
h2 { margin: 0; font-size: 1.3rem; letter-spacing: -.01em; text-wrap: balance; }
h3 { margin: 0 0 .75rem; font-size: 1rem; display: flex; align-items: center; gap: .6rem; flex-wrap: wrap; }
h4 { margin: 0 0 .4rem; font-size: .8125rem; color: var(--soft); font-weight: 600; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .3rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .8rem .45rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 400; font-size: .8125rem; }
tbody th { font-weight: 600; }
.overview { padding-top: .6rem; padding-bottom: .6rem; overflow-x: auto; }
.overview tbody a { color: inherit; }
.chip { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-size: .8125rem; font-weight: 600; }
.chip.passed { color: var(--good); background: var(--good-ground); }
.overview .chip.passed { color: var(--good); }
.chip.failed, .chip.error, .overview .chip.failed, .overview .chip.error { color: var(--bad); background: var(--bad-ground); }
.chip.skipped { color: var(--soft); background: var(--tint); }
.time { color: var(--soft); font-size: .8125rem; font-weight: 400; font-variant-numeric: tabular-nums; white-space: nowrap; }
article { margin-top: 1.1rem; padding-top: 1.1rem; border-top: 1px solid var(--line); }
article:target h3 { color: var(--accent); }
.box { margin: 0 0 1rem; padding: .8rem 1rem; border-radius: .6rem; background: var(--tint); }
.box p { margin: 0 0 .3rem; }
.box p:last-child { margin: 0; }
.box.failed, .box.error { background: var(--bad-ground); }
.box .what { font-weight: 600; }
.box.failed .what, .box.error .what { color: var(--bad); }
.box .where { color: var(--soft); }
code { font: .8125rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
.where code + code { margin-left: .75rem; }
.columns { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1rem 2rem; }
.timeline { list-style: none; margin: 0; padding: 0; }
.timeline li { display: grid; grid-template-columns: 1fr auto; column-gap: 1rem; padding: .35rem 0; }
.timeline .name { font-weight: 600; }
.timeline .bar { grid-column: 1 / -1; height: 3px; width: var(--share); border-radius: 2px; background: var(--accent); opacity: .7; }
.timeline .detail { grid-column: 1 / -1; color: var(--soft); font-size: .875rem; }
.offered { list-style: none; margin: 0; padding: 0; }
.offered li { padding: .25rem 0; }
.purpose { display: inline-block; min-width: 5rem; color: var(--soft); font-size: .875rem; }
.tag { display: inline-block; padding: 0 .55rem; border-radius: .4rem; background: var(--tint); font-weight: 600; font-size: .875rem; }
.screens { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: .8rem; margin: 0 0 1.1rem; }
figure { margin: 0; }
figure:target { grid-column: 1 / -1; }
figure img { display: block; width: 100%; border: 1px solid var(--line); border-radius: .5rem; }
figcaption { font-size: .8125rem; color: var(--soft); padding-top: .25rem; }
details { margin-top: .8rem; }
summary { cursor: pointer; font-weight: 600; font-size: .875rem; color: var(--soft); }
details table { margin-top: .5rem; font-size: .875rem; }
.claims th { width: 11rem; white-space: nowrap; }
.claims td { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
.exchange { min-width: 42rem; }
.exchange td:first-child { white-space: nowrap; }
.said { color: var(--bad); }
footer { padding-top: .5rem; padding-bottom: 2.5rem; font-size: .8125rem; }
@media (max-width: 44rem) { .columns { grid-template-columns: 1fr; } h1 { font-size: 2rem; } section { padding: 1rem; } }
@media print {
  :root { color-scheme: light; font-size: 12px; }
  body { background: none; }
  section { border: 0; padding: 0; break-inside: auto; }
  article, figure, .box, .timeline li { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
