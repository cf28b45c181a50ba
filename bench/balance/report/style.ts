import { STYLE } from "../../../src/lab/report-style.ts";

/** Arms are told apart by their column first; hues and lightness help, in light and in dark. */
export const BALANCE_STYLE = `${STYLE}
:root { --oracle: #6a4fa3; --careful: #8a6d1f; --random: #4d7a2f; --tuned: #a33f6c; }
@media (prefers-color-scheme: dark) { :root { --oracle: #b7a1ea; --careful: #dcbf6a; --random: #a5d183; --tuned: #ee97bd; } }
.default { fill: var(--off); } .oracle { fill: var(--oracle); } .careful { fill: var(--careful); }
.random { fill: var(--random); } .tuned { fill: var(--tuned); }
.curve { fill: none; } .curve.default { stroke: var(--off); stroke-dasharray: 7 3; } .curve.oracle { stroke: var(--oracle); stroke-dasharray: 2 3; }
.curve.layer { stroke: var(--on); fill: none; } .curve.one { stroke: var(--on); stroke-width: 1.2; opacity: .55; }
.curve.careful { stroke: var(--careful); } .curve.random { stroke: var(--random); } .curve.tuned { stroke: var(--tuned); }
.curve.oracle, .curve.careful, .curve.random, .curve.tuned { stroke-width: 1.3; }
.key { white-space: nowrap; } .key.layer::before { background: var(--on); } .key.oracle::before { background: var(--oracle); } .key.careful::before { background: var(--careful); }
.key.random::before { background: var(--random); } .key.tuned::before { background: var(--tuned); }
.median { stroke: var(--fg); stroke-width: 2; } .limit { stroke: var(--bad); stroke-width: 1.4; stroke-dasharray: 4 3; }
.info { font-weight: 650; margin-right: .6em; color: var(--soft); }
pre { overflow-x: auto; background: var(--card); border: 1px solid var(--rule); border-radius: .4rem; padding: .6rem .8rem; font-size: .85rem; }
`;
