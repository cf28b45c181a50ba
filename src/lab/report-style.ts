/** Colours by role, for light and dark; off and on differ in lightness too, not only in hue. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #fbfbf9; --fg: #1d2327; --soft: #5d676e; --rule: #d9dcda; --card: #fff;
  --off: #c2571a; --on: #14708c; --lab: #6a4fa3; --good: #1b7a43; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --bg: #14181b; --fg: #e6e8e6; --soft: #9aa5ab; --rule: #31383d; --card: #1b2125;
  --off: #f0965a; --on: #5cc3e0; --lab: #b7a1ea; --good: #6fd398; --bad: #ff8f85; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 64rem; background: var(--bg); color: var(--fg);
  font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: .95rem; margin: 0 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
.soft, figcaption { color: var(--soft); font-size: .9rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; margin: 1rem 0; }
figure { margin: 0; max-width: 38rem; padding: .9rem; background: var(--card); border: 1px solid var(--rule); border-radius: .5rem; }
svg { width: 100%; height: auto; display: block; }
.tick { fill: var(--soft); font-size: 13px; }
.grid { stroke: var(--rule); stroke-width: 1; }
.lane { stroke: var(--soft); stroke-width: 1; }
.link { stroke: var(--soft); stroke-width: 1.2; }
.dot { stroke: var(--card); stroke-width: 1; }
.off, .app { fill: var(--off); } .on, .layer { fill: var(--on); } .dot.lab { fill: var(--lab); }
.curve { fill: none; stroke-width: 2.2; } .curve.off { stroke: var(--off); stroke-dasharray: 7 3; } .curve.on { stroke: var(--on); }
.key::before { content: ""; display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin: 0 .35em 0 .8em; background: var(--off); }
.key.on::before { background: var(--on); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .75rem 0; }
th, td { text-align: left; padding: .3rem 1.2rem .3rem 0; border-bottom: 1px solid var(--rule); white-space: nowrap; }
td.wrap { white-space: normal; }
ol.moments { padding-left: 1.6rem; } ol.moments li { margin: .2rem 0; }
.at { color: var(--soft); font-variant-numeric: tabular-nums; }
ul.verdicts { list-style: none; padding: 0; } ul.verdicts li { margin: .3rem 0; }
.held, .missed { font-weight: 650; margin-right: .6em; } .held { color: var(--good); } .missed { color: var(--bad); }
code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; background: var(--card); border: 1px solid var(--rule);
  border-radius: .25rem; padding: .1em .35em; }
blockquote { margin: .75rem 0; padding: .1rem 1rem; border-left: 3px solid var(--rule); }
blockquote p { margin: .3rem 0; }
`;
