/** The look of the reference app. No fonts, images or hosts from elsewhere; follows the system's light or dark. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f3f4f8, #12141c);
  --card: light-dark(#ffffff, #1b1e29);
  --ink: light-dark(#1a1d29, #eceef6);
  --soft: light-dark(#5a6072, #a4aabd);
  --line: light-dark(#d9dce6, #343949);
  --accent: light-dark(#3346d3, #8f9dff);
  --on-accent: light-dark(#ffffff, #10131f);
  --error: light-dark(#a3122a, #ff9aa8);
  --error-ground: light-dark(#fdecef, #3a1820);
  --info-ground: light-dark(#e9edff, #1f2747);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 1.25rem;
  display: grid; grid-template-rows: auto 1fr auto; justify-items: center; gap: 1rem;
  background: var(--ground); color: var(--ink);
}
header, footer { width: 100%; max-width: 60rem; font-size: .875rem; color: var(--soft); }
header { display: flex; align-items: center; gap: .6rem; font-weight: 600; color: var(--ink); }
footer { text-align: center; }
.mark { width: 1.25rem; height: 1.25rem; border-radius: 50%; border: .34rem solid var(--accent); }
.card {
  align-self: center; width: 100%; max-width: 25rem; padding: 2rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
  box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 12px 32px rgb(20 24 50 / .07);
}
.card.wide { max-width: 44rem; }
h1 { margin: 0 0 1.25rem; font-size: 1.5rem; line-height: 1.2; letter-spacing: -.01em; text-wrap: balance; }
.lead { margin: -.5rem 0 1.25rem; color: var(--soft); }
.note { margin: .35rem 0 0; font-size: .8125rem; color: var(--soft); }
.message { margin: 0 0 1.25rem; padding: .7rem .9rem; border-radius: .6rem; background: var(--info-ground); }
.message.error { background: var(--error-ground); color: var(--error); }
label { display: block; margin: 0 0 .35rem; font-size: .875rem; font-weight: 600; }
input {
  width: 100%; margin: 0 0 1rem; padding: .7rem .85rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: .6rem;
}
.note + .choices { margin-top: 1rem; }
input:has(+ .note) { margin-bottom: 0; }
input.code { font-size: 1.35rem; letter-spacing: .35em; font-variant-numeric: tabular-nums; }
input:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button { font: inherit; cursor: pointer; border-radius: .6rem; transition: filter .12s, border-color .12s; }
button.primary {
  width: 100%; padding: .75rem 1rem; font-weight: 600;
  color: var(--on-accent); background: var(--accent); border: 0;
}
button.primary:hover { filter: brightness(1.08); }
.choices { display: grid; gap: .6rem; }
button.choice {
  display: flex; justify-content: space-between; width: 100%; padding: .85rem 1rem; text-align: left; font-weight: 600;
  color: inherit; background: transparent; border: 1px solid var(--line);
}
button.choice::after { content: "\\2192"; color: var(--soft); }
button.choice:hover { border-color: var(--accent); }
.inline, .others { margin-top: 1rem; text-align: center; font-size: .875rem; }
.others { display: flex; flex-wrap: wrap; gap: .5rem; justify-content: center; align-items: baseline; color: var(--soft); }
.number { white-space: nowrap; }
button.link { padding: .15rem .3rem; font-weight: 600; color: var(--accent); background: none; border: 0; }
button.link:hover { text-decoration: underline; }
button.link.quiet { font-weight: 400; color: var(--soft); }
table { width: 100%; margin-bottom: 1.5rem; border-collapse: collapse; font-size: .875rem; }
th, td { padding: .5rem .5rem .5rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 400; }
tbody th { font-weight: 600; white-space: nowrap; padding-right: 1.5rem; }
td { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 30rem) { .card { padding: 1.35rem; } }
@media (prefers-reduced-motion: reduce) { button { transition: none; } }
`;
