/** The look of the review: system fonts, light and dark as the reader's system is, narrow screens, paper. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d5dae0;--link:#0b57d0;
--critical:#a40e26;--high:#9a3412;--medium:#7a5600;--low:#3d5166;--good:#116329;--goodbg:#e6f4ea;--stripe:#f3f5f7}
@media (prefers-color-scheme:dark){:root{--page:#0f1318;--card:#181d24;--ink:#e6eaef;--soft:#a3adb8;--line:#323a44;--link:#8ab4f8;
--critical:#ff9a9a;--high:#ffb38a;--medium:#f2cc60;--low:#a9bdd2;--good:#7ee2a0;--goodbg:#12301d;--stripe:#1d232b}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer{max-width:1280px;margin:0 auto;padding:0 24px}
header{padding-top:32px}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 12px;text-wrap:balance}
h2{font-size:1.25rem;margin:40px 0 8px}
h3{font-size:1.05rem;line-height:1.35;margin:0}
p{margin:0 0 8px;max-width:75ch}
.verdict{display:inline-block;margin:0 0 12px;padding:4px 12px;border-radius:999px;background:var(--goodbg);color:var(--good);font-weight:600}
.alarm{border:2px solid var(--critical);border-radius:8px;padding:12px 16px;color:var(--critical);font-weight:600}
.lead{font-size:1.15rem}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:12px;margin:20px 0;padding:0;list-style:none}
.numbers li{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 16px}
.numbers b{display:block;font-size:1.9rem;line-height:1.2;font-variant-numeric:tabular-nums}
.numbers span{display:block}
.numbers small,.soft{color:var(--soft);font-size:.875rem}
nav{margin:14px 0 0;font-size:.9rem}nav a{margin-right:14px}a{color:var(--link)}
.warn{color:var(--medium);font-weight:600}
.checked{list-style:none;margin:0 0 12px;padding:0;columns:2 26rem;column-gap:32px;font-size:.9rem}.checked li{break-inside:avoid;padding:2px 0}
.tools{display:flex;flex-wrap:wrap;gap:8px 18px;align-items:center;margin:0 0 10px;font-size:.9rem}
.tools input,.tools select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:6px;padding:5px 8px;max-width:100%}
.tools output{color:var(--soft)}.narrow{display:none}
thead button{font:inherit;font-weight:700;color:inherit;background:none;border:0;padding:0;text-align:left;cursor:pointer}
[aria-sort=ascending] button::after{content:" ▲"}[aria-sort=descending] button::after{content:" ▼"}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(320px,100%),1fr));gap:16px}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 16px;break-inside:avoid}
figcaption{margin:0 0 10px}svg{display:block;width:100%;max-width:420px;height:auto}
svg text{font-size:12px;fill:var(--ink)}svg .n{font-weight:600;font-variant-numeric:tabular-nums}svg .end{text-anchor:end}
.bar,.joined{fill:var(--link)}.left{fill:var(--high)}.axis{stroke:var(--soft)}.line{fill:none;stroke:var(--link);stroke-width:2}
.sources{margin:0;padding:0 0 0 1.2em;color:var(--soft);font-size:.875rem}
.finding{background:var(--card);border:1px solid var(--line);border-left:6px solid var(--tone);border-radius:8px;margin:12px 0;padding:14px 18px}
.critical{--tone:var(--critical)}.high{--tone:var(--high)}.medium{--tone:var(--medium)}.low{--tone:var(--low)}
.severity{color:var(--tone);font-weight:700;text-transform:uppercase;letter-spacing:.04em;font-size:.8rem;display:block}
.finding p{margin:4px 0 8px}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;color:var(--soft);padding:0 0 6px;font-size:.875rem}
th,td{text-align:left;vertical-align:top;padding:7px 10px;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
tbody th{font-weight:600}
.accounts{background:var(--card);border:1px solid var(--line);border-radius:8px;border-collapse:separate;border-spacing:0;table-layout:fixed}
.accounts thead th{border-bottom:2px solid var(--line);overflow-wrap:normal}
.accounts tbody tr:nth-child(even){background:var(--stripe)}
.accounts small{display:block;color:var(--soft);font-size:.8rem}.marks i{font-style:normal}.marks{display:block;font-weight:400;font-size:.8rem;color:var(--high)}
.people{table-layout:fixed}.people th{width:24%}.people td:nth-child(2){width:30%}
.people tr:last-child>*{border-bottom:0}
.icon{display:inline-block;min-width:1.3em;font-weight:700}
.people th,.changes th:first-child{padding-left:0}
.changes{table-layout:fixed}.changes th:first-child{width:24%}.changes th:nth-child(2){width:16%}.changes th:nth-child(3){width:26%}
footer{padding-top:24px;padding-bottom:48px;color:var(--soft);font-size:.8rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:0 0 16px}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,SFMono-Regular,Consolas,monospace}
.signoff{display:none}
@media screen{.out{display:none!important}.accounts tbody:nth-of-type(n+3){content-visibility:auto;contain-intrinsic-block-size:auto 5600px}}
@media screen and (min-width:1101px){
.accounts,.accounts caption,.accounts thead,.accounts tbody{display:block}.accounts thead{position:sticky;top:0;z-index:1;background:var(--card)}
.accounts caption{padding:8px 10px 0}.accounts tr{display:grid}.c7 tr{grid-template-columns:17fr 26fr 12fr 12fr 10fr 10fr 9fr 10fr}.c5 tr{grid-template-columns:20fr 30fr 15fr 15fr 12fr 12fr}}
@media screen and (max-width:1100px){
.narrow{display:inline}
main,header,footer{padding-left:14px;padding-right:14px}
table,tbody,tr,th,td,caption{display:block;width:auto}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{border:0;padding:1px 12px}
tbody tr{border-bottom:1px solid var(--line);padding:9px 0}
.accounts caption{padding:8px 12px}.changes th:first-child{width:auto}
.accounts td::before{color:var(--soft)}
.people th,.people td,.changes th,.changes td,.people td:nth-child(2){padding-left:0;width:auto}
.verdict{border-radius:12px}
dl{grid-template-columns:1fr}dd{margin-bottom:6px}}
@media screen and (min-width:560px) and (max-width:1100px){
.accounts tbody tr{display:grid;grid-template-columns:1fr 1fr}.accounts tbody th{grid-column:1/-1}}
@media print{
:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--stripe:#fff;--goodbg:#fff}
html{font-size:10pt}body{font-size:1rem}.numbers li,tr{break-inside:avoid}h2,h3,.finding p{break-after:avoid}
h1{font-size:16pt}h2{margin-top:18pt}.finding{padding:6pt 10pt;margin:6pt 0}.numbers b{font-size:16pt}.numbers{grid-template-columns:repeat(5,1fr)}
table{font-size:8pt}th,td{padding:3px 5px}thead{break-inside:avoid}.accounts{font-size:7pt}.accounts thead th:first-child{width:17%}.accounts thead th:nth-child(n+3){width:12%}.accounts thead th:nth-child(n+5){width:10%}
.register{break-before:page}nav,.tools{display:none}.charts{grid-template-columns:1fr 1fr}.checked{columns:2;font-size:8.5pt}thead button{display:contents}thead button::after{content:none!important}
.signoff{display:grid;grid-template-columns:2fr 1fr 2fr;gap:24px;margin-top:64px;break-inside:avoid;color:#000;font-size:10pt}footer{break-inside:avoid}
.signoff div{border-top:1px solid #000;padding-top:4px}}
`;
