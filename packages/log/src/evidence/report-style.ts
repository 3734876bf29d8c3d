/** On screens and on paper; the page needs nothing but itself. */
export const reportStyle = `
:root{color-scheme:light}
*{box-sizing:border-box}
body{font:15px/1.5 Georgia,"Times New Roman",serif;color:#111;background:#fff;max-width:62rem;margin:2rem auto;padding:0 1.5rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.2rem;margin:2.2rem 0 .5rem;border-bottom:1px solid #999}
h3{font-size:1rem;margin:1.4rem 0 .3rem}
table{border-collapse:collapse;width:100%;font:12px/1.4 Helvetica,Arial,sans-serif}
th,td{border:1px solid #bbb;padding:.25rem .4rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#eee;white-space:nowrap}
table.facts th{width:12rem}
table.members td:first-child{width:16rem}
pre{font:11px/1.4 "DejaVu Sans Mono",Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #bbb;padding:.5rem;margin:.3rem 0}
.claim{border:2px solid #111;padding:.6rem .9rem;font-size:1.05rem}
a{color:#036}
@page{size:A4;margin:18mm 15mm}
@media print{body{margin:0;padding:0;max-width:none;font-size:11pt}h2,h3{break-after:avoid}tr,.claim{break-inside:avoid}thead{display:table-header-group}a{color:inherit;text-decoration:none}}
`;
