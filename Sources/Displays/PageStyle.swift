// The style sheet of a page: light and dark by the reader's setting, and for print.

extension Page {
  /// CSS for the elements that `HTMLRenderer` makes.
  package static let style = """
    :root {
      --page: #fdfdfc; --ink: #1f2328; --soft: #656d76; --line: #d9dce1; --panel: #f5f6f8;
      --accent: #0b6bcb; --good: #1a7f37; --bad: #b3261e; --bad-panel: #fdf1f0;
      --keyword: #0b4fb3; --string: #1b6e3c; --number: #8a3ffc; --comment: #6a737d;
      --type: #8f5902; --call: #0b7285; --for: #c8503f; --against: #3c7fbc;
      --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, "DejaVu Sans Mono", monospace;
      color-scheme: light dark;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #16181d; --ink: #dfe3ea; --soft: #949dab; --line: #353a44; --panel: #1f232a;
        --accent: #6cb2ff; --good: #57c26e; --bad: #ff8a80; --bad-panel: #2c1d1e;
        --keyword: #7fb4ff; --string: #86d39b; --number: #c4a2ff; --comment: #8b949e;
        --type: #e0b265; --call: #6fd0de; --for: #e07a66; --against: #6aa9df;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
    }
    main, footer { max-width: 66rem; margin: 0 auto; padding: 0 1.5rem; }
    main { padding-top: 2.5rem; padding-bottom: 3rem; }
    .kicker { margin: 0; color: var(--soft); font-size: .8rem; letter-spacing: .08em; text-transform: uppercase; }
    h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 1.8em 0 .5em; text-wrap: balance; }
    h1 { font-size: 2rem; margin-top: .25em; letter-spacing: -.015em; }
    h2 { font-size: 1.35rem; } h3 { font-size: 1.1rem; } h4, h5, h6 { font-size: 1rem; }
    .prose { max-width: 44rem; }
    p, ul, ol, blockquote { margin: .7em 0; } li > ul, li > ol { margin: .2em 0; }
    a { color: var(--accent); text-underline-offset: .15em; }
    blockquote { padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
    hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0; }
    code, pre { font-family: var(--mono); font-size: .875em; }
    :not(pre) > code { background: var(--panel); border-radius: 4px; padding: .12em .35em; }
    pre { margin: .7em 0; line-height: 1.5; overflow-x: auto; tab-size: 4; }
    pre.code { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; }
    pre.code code { font-size: inherit; }
    pre.text { white-space: pre-wrap; overflow-wrap: anywhere; }
    .tensor pre.text { white-space: pre; overflow-wrap: normal; margin: .3rem 0 0; }
    pre.failure {
      background: var(--bad-panel); border-left: 3px solid var(--bad); border-radius: 0 8px 8px 0;
      padding: .75rem 1rem; line-height: 1.35;
    }
    pre.failure strong { color: var(--bad); }
    .keyword { color: var(--keyword); font-weight: 600; } .string { color: var(--string); }
    .number { color: var(--number); } .type { color: var(--type); } .call { color: var(--call); }
    .comment { color: var(--comment); font-style: italic; }
    .cell { margin: 1.6rem 0; }
    .cell > h2 { margin-bottom: .6em; }
    .outputs { margin-top: .9rem; }
    .run { margin: -.35em .25em 0; text-align: right; color: var(--soft); font-size: .75rem; }
    .note { color: var(--soft); font-size: .8125rem; line-height: 1.45; margin: .25rem 0; }
    figure { margin: .7em 0; }
    figcaption { font-size: .875rem; line-height: 1.4; }
    .heatmap > figcaption { font-weight: 600; margin-bottom: .35rem; }
    .picture figcaption { color: var(--soft); margin-top: .25rem; }
    .tensor figcaption { color: var(--soft); font-family: var(--mono); font-size: .8125rem; }
    img { display: block; max-width: 100%; height: auto; image-rendering: pixelated; border-radius: 3px; }
    .row { display: flex; flex-wrap: wrap; gap: 1rem 1.75rem; align-items: flex-end; margin: .7em 0; }
    .row:has(> .heatmap) { align-items: flex-start; }
    .row > .heatmap, .row > .picture { flex: none; }
    .row > * { margin: 0; max-width: 100%; }
    .row > .heatmap > figcaption, .row:has(> .heatmap) > .picture > figcaption {
      display: flex; align-items: flex-end; min-height: calc(var(--lines, 1) * 1.4em);
    }
    .row > .heatmap, .row > .picture { width: var(--width); }
    .row:has(> .heatmap) > .picture { display: flex; flex-direction: column-reverse; }
    .row:has(> .heatmap) > .picture figcaption { margin: 0 0 .35rem; }
    .panels { display: flex; flex-wrap: wrap; gap: 1rem; }
    .row > .heatmap > .panels { flex-wrap: nowrap; }
    .panels.above { flex-direction: column; }
    .diagram { overflow-x: auto; } .drawing { display: block; max-width: none; }
    \(Diagram.style.replacing("text {", with: ".drawing text {"))
    .scale { height: 8px; border-radius: 3px; margin-top: 8px; }
    .numbers {
      position: relative; height: 1.3em; margin-top: 2px; color: var(--soft);
      font-size: .75rem; font-variant-numeric: tabular-nums;
    }
    .numbers span { position: absolute; transform: translateX(-50%); color: inherit; }
    .numbers .first { transform: none; } .numbers .last { transform: translateX(-100%); }
    .table { overflow-x: auto; margin: .9em 0; }
    table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums lining-nums; }
    caption { text-align: left; font-weight: 600; padding-bottom: .35rem; }
    thead th, thead td { border-bottom: 1.5px solid var(--ink); vertical-align: bottom; }
    tbody tr + tr > * { border-top: 1px solid var(--line); }
    tbody { border-bottom: 1.5px solid var(--ink); }
    th, td { padding: .3rem .75rem; text-align: left; vertical-align: baseline; color: var(--ink); }
    th, td { white-space: nowrap; } .long { white-space: normal; min-width: 18rem; }
    th { font-weight: 600; } tr > :first-child { padding-left: .1rem; }
    .table .number { text-align: right; white-space: pre; color: inherit; } .table .centre { text-align: center; }
    .best strong { color: var(--good); } .omitted td { color: var(--soft); }
    .bar {
      display: inline-block; position: relative; width: 6.5rem; height: .7em; margin-left: .6rem;
      background: var(--panel); border-radius: 2px; overflow: hidden;
    }
    .fill { position: absolute; top: 0; bottom: 0; background: var(--accent); }
    .fill.for { background: var(--for); } .fill.against { background: var(--against); }
    footer { border-top: 1px solid var(--line); padding-top: 1rem; padding-bottom: 2rem; color: var(--soft); font-size: .8125rem; }
    footer dl { display: flex; flex-wrap: wrap; gap: .15rem 1.75rem; margin: 0; }
    footer div { display: flex; gap: .5em; min-width: 0; }
    footer dd { margin: 0; color: var(--ink); overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
    @media print {
      :root {
        --page: #fff; --ink: #000; --soft: #444; --line: #bbb; --panel: #f4f4f4; --bad-panel: #fff;
        --accent: #0b4fb3; --good: #1a7f37; --bad: #b3261e; --keyword: #0b4fb3; --string: #1b6e3c;
        --number: #5b21b6; --comment: #555; --type: #6f4400; --call: #0b5563;
      }
      body { font-size: 10.5pt; } main, footer { max-width: none; padding-left: 0; padding-right: 0; }
      * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
      figure, pre.code, tr, .row > * { break-inside: avoid; } h1, h2, h3, caption { break-after: avoid; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; } pre.code { break-after: avoid; }
      .table { overflow: visible; } table { font-size: 8.5pt; } th, td { padding: .25rem .45rem; }
      .bar { width: 4.5rem; margin-left: .4rem; }
    }
    """
}
