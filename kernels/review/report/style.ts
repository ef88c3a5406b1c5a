/** The page's style: light and dark by the reader's choice, printable. */
export const style = `
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5c6675;--line:#dfe3e9;--paper:#fff;--wash:#f5f7f9;--code:#f7f8fa;
--agree:#1a7f4b;--differ:#c4262e;--failed:#8f1d63;--not-run:#7a8290;--volatile:#9a6a00;--not-comparable:#3f6bb3;
--old:#fdecec;--oldmark:#f7b9b9;--new:#e7f5ec;--newmark:#a9dfbd}
@media(prefers-color-scheme:dark){:root{--ink:#e4e8ee;--soft:#98a3b3;--line:#2f3743;--paper:#12161c;--wash:#1a2029;--code:#171c24;
--agree:#4cc38a;--differ:#ff7a78;--failed:#ee7fc0;--not-run:#8b95a3;--volatile:#e0b04a;--not-comparable:#86aef0;
--old:#3a1c20;--oldmark:#8c2f36;--new:#16301f;--newmark:#23713f}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1180px;margin:0 auto;padding:32px 24px 96px}
a{color:inherit}h1,h2,h3,h4,h5,p{margin:0}
code,pre,.diff td,.paths{font:12.5px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
header{border-left:6px solid;padding:4px 0 4px 20px;margin-bottom:32px}
header.good{border-color:var(--agree)}header.bad{border-color:var(--differ)}
.kicker{font-size:12px;letter-spacing:.08em;text-transform:uppercase;color:var(--soft)}
h1{font-size:28px;line-height:1.25;font-weight:650;margin:2px 0 6px}header p{color:var(--soft)}
.bar{display:flex;height:10px;border-radius:5px;overflow:hidden;gap:2px;margin:18px 0 8px;background:var(--wash)}
.bar i,.legend i{background:var(--c)}.legend{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:13px}.legend b{color:var(--ink)}
.legend i{display:inline-block;width:9px;height:9px;border-radius:2px;margin-right:6px}
.agree{--c:var(--agree)}.differ{--c:var(--differ)}.failed{--c:var(--failed)}.not-run{--c:var(--not-run)}.volatile{--c:var(--volatile)}.not-comparable{--c:var(--not-comparable)}
.badge{display:inline-block;font:600 12px/1 system-ui,sans-serif;padding:4px 8px;border-radius:99px;color:var(--c);border:1px solid;white-space:nowrap;vertical-align:2px}
table{border-collapse:collapse}th{font-weight:600;text-align:left}.scroll{overflow-x:auto}
.summary{width:100%;font-size:14px}.summary th,.summary td{padding:8px 10px;border-bottom:1px solid var(--line)}
.count{text-align:right!important;font-variant-numeric:tabular-nums;white-space:nowrap}
.summary th{color:var(--soft);font-size:12.5px;vertical-align:bottom;white-space:normal}
.count.zero{color:var(--line)}td.count.differ,td.count.failed{color:var(--c);font-weight:650}.summary td.zero{color:var(--line)}tfoot td{color:var(--soft)}tbody+tfoot tr:first-child td{border-top:2px solid var(--line)}
.findings{margin-top:32px;font-size:13.5px}.findings h3{font-size:13px;margin-bottom:6px}.findings td{padding:5px 14px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}
.findings td:first-child,.findings td:nth-child(2){white-space:nowrap}.findings td:last-child{overflow-wrap:anywhere}
.rest summary{cursor:pointer;font-size:13px;color:var(--soft);margin-top:6px}
.about{display:grid;grid-template-columns:1.25fr 1fr;gap:40px;margin:36px 0 8px;font-size:13px;color:var(--soft)}
.about h3{font-size:13px;color:var(--ink);margin-bottom:6px}.about ul{margin:0;padding-left:18px}.about li{margin:3px 0}
.facts th{padding:2px 16px 2px 0;font-weight:400;vertical-align:top;white-space:nowrap}.facts td{padding:2px 0;color:var(--ink)}
.about details{margin-top:4px}.about summary{cursor:pointer}
.notebook{margin-top:52px}.notebook h2{font-size:20px;font-weight:650}p.facts{color:var(--soft);font-size:13px;margin:4px 0 12px}
.message,.warning,.reason{padding:8px 12px;border-left:3px solid var(--differ);background:var(--wash);margin:10px 0;white-space:pre-wrap;overflow-wrap:anywhere}
.warning{border-color:var(--volatile)}.reason{border-color:var(--c)}
.strip{display:flex;flex-wrap:wrap;gap:3px;margin:0 0 14px}
.strip a{min-width:24px;padding:3px 4px;border-radius:4px;background:var(--c);color:var(--paper);font:600 11px/1.4 system-ui,sans-serif;text-align:center;text-decoration:none}
.strip a.agree{opacity:.55}
.cell{border:1px solid var(--line);border-radius:8px;margin:6px 0;overflow:hidden}.cell.differ,.cell.failed{border-color:var(--c);margin:14px 0}
.cell>summary{display:flex;align-items:baseline;gap:10px;padding:7px 12px;cursor:pointer;list-style:none}.cell>summary::-webkit-details-marker{display:none}
.cell>summary:hover{background:var(--wash)}.cell[open]>summary{border-bottom:1px solid var(--line)}
.number{min-width:56px;font-size:13px;color:var(--soft)}.first{flex:1;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;color:var(--soft)}
.time{font-size:12px;color:var(--soft);font-variant-numeric:tabular-nums}.inside{padding:12px 16px 16px}
pre{margin:0;padding:10px 12px;background:var(--code);border-radius:6px;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;max-height:560px}
.traceback{margin-top:12px;border-left:3px solid var(--failed)}
.output{margin-top:20px}h4{font-size:14px;font-weight:600;margin-bottom:6px}h4 .ok{color:var(--agree);font-weight:400}h4 .bad{color:var(--differ)}
h5{font-size:12px;font-weight:600;color:var(--soft);margin:14px 0 4px}.note{font-size:13px;color:var(--soft);margin:4px 0 6px}
.nothing{color:var(--soft);font-style:italic;padding:10px 12px}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:12px}.sides.three{grid-template-columns:1fr 1fr 1fr}
figure{margin:0;min-width:0}figcaption{font-size:12px;color:var(--soft);margin-bottom:4px}
img{display:block;max-width:100%;background:#fff;border:1px solid var(--line);border-radius:4px}img.small{width:min(100%,320px);image-rendering:pixelated}
iframe{width:100%;height:260px;border:1px solid var(--line);border-radius:4px;background:#fff}.rendered{margin-top:8px;font-size:13px}.rendered summary{cursor:pointer;color:var(--soft)}
.diff{width:100%;table-layout:fixed;border:1px solid var(--line)}.diff col.n{width:46px}.diff th{font:12px system-ui,sans-serif;color:var(--soft);padding:3px 8px;background:var(--wash)}
.diff td{padding:1px 8px;white-space:pre-wrap;overflow-wrap:anywhere;vertical-align:top}.diff td.n{color:var(--soft);text-align:right;background:var(--wash);user-select:none}
.diff td.old{background:var(--old)}.diff td.new{background:var(--new)}.diff td.none{background:repeating-linear-gradient(135deg,transparent 0 6px,var(--wash) 6px 12px)}
.diff mark{color:inherit;border-radius:2px;padding:0 1px}.old mark{background:var(--oldmark)}.new mark{background:var(--newmark)}
.diff .gap td{text-align:center;color:var(--soft);background:var(--wash);font-size:11.5px}
.paths td{padding:3px 16px 3px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}.paths td:first-child{white-space:nowrap}
@media(max-width:760px){.about,.sides,.sides.three{grid-template-columns:1fr}main{padding:20px 14px}.first{visibility:hidden}
.findings tr{display:block;padding:8px 0;border-bottom:1px solid var(--line)}.findings td{display:inline-block;padding:0 8px 0 0;border:0;white-space:normal!important}.findings td:last-child{display:block}}
@media print{:root{color-scheme:light}main{max-width:none;padding:0}pre{max-height:none}.cell{break-inside:auto}.cell>summary,h2,h4{break-after:avoid}.strip{display:none}
details::details-content{content-visibility:visible;block-size:auto}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
