// What the pages of the reference need beside the style of every page: their frame, and the search.

enum ReferenceStyle {
  static let css = """
    .frame { display: grid; grid-template-columns: 15rem minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
    nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 1.25rem 1rem 2rem; border-right: 1px solid var(--line); font-size: .875rem; }
    nav h2 { font-size: .72rem; letter-spacing: .07em; text-transform: uppercase; color: var(--soft); margin: 1.3em 0 .3em; }
    nav ul { list-style: none; margin: 0; padding: 0; } nav li { margin: .1em 0; }
    nav a { color: var(--ink); text-decoration: none; display: block; padding: .12rem .5rem; border-radius: 5px; }
    nav a:hover { background: var(--panel); } nav a[aria-current] { background: var(--panel); color: var(--accent); font-weight: 600; }
    nav .home { font-weight: 700; font-size: 1.05rem; padding-left: .5rem; }
    nav summary { display: none; }
    input[type=search] { width: 100%; font: inherit; padding: .4rem .6rem; margin: .6rem 0 0; color: var(--ink); background: var(--page); border: 1px solid var(--line); border-radius: 7px; }
    input[type=search]:focus { outline: 2px solid var(--accent); outline-offset: -1px; }
    .frame main { margin: 0; max-width: 58rem; padding: 1.75rem 2rem 4rem; }
    .entry { border-top: 1px solid var(--line); padding-top: .4rem; margin-top: 2rem; scroll-margin-top: .5rem; }
    .entry h2 { margin: .4em 0 .3em; font-family: var(--mono); font-size: 1.05rem; }
    .entry h2 a { color: inherit; text-decoration: none; } .entry h2 a:hover { color: var(--accent); }
    .entry:target > h2 a { color: var(--accent); }
    .kind { font: 400 .75rem/1 system-ui, sans-serif; color: var(--soft); margin-left: .5em; }
    .names { line-height: 1.9; } .names a, .card a { margin-right: .55em; white-space: nowrap; font-family: var(--mono); font-size: .8125rem; text-decoration: none; }
    .names a:hover, .card a:hover { text-decoration: underline; }
    a.ref { text-decoration: none; } a.ref:hover { text-decoration: underline; } a.ref code { color: var(--accent); }
    details > summary { cursor: pointer; color: var(--soft); font-size: .8125rem; }
    .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .9rem; }
    .card { border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1rem; }
    .card h3 { margin: 0 0 .35rem; font-size: 1rem; } .card h3 a { font: inherit; color: var(--ink); } .card p { margin: 0; line-height: 1.75; }
    #found { list-style: none; padding: 0; max-width: 46rem; } #found li { border-top: 1px solid var(--line); }
    #found a { display: block; padding: .45rem .5rem; text-decoration: none; color: var(--ink); border-radius: 6px; }
    #found a:hover, #found .chosen a { background: var(--panel); }
    #found b { font-family: var(--mono); font-size: .9rem; color: var(--accent); } #found small { color: var(--soft); margin-left: .5em; }
    #found p { margin: .1rem 0 0; font-size: .85rem; color: var(--soft); }
    @media (max-width: 46rem) {
      .frame { display: block; } nav { position: static; max-height: none; border-right: 0; border-bottom: 1px solid var(--line); padding-bottom: .8rem; }
      nav summary { display: block; margin-top: .6rem; } .frame main { padding: 1rem 1.1rem 3rem; }
    }
    @media print { nav { display: none; } .frame { display: block; } }
    """

  /// Finds entries by name first and by summary after it; `/` goes to the field, arrows and Enter choose.
  static let script = """
    const entries = JSON.parse(document.getElementById("search-index").textContent);
    const field = document.getElementById("search"), found = document.getElementById("found");
    const contents = document.getElementById("contents");
    let chosen = 0;
    function rank(entry, words) {
      const name = entry.n.toLowerCase(), all = name + " " + entry.k + " " + entry.s.toLowerCase();
      if (!words.every(word => all.includes(word))) return -1;
      const first = words[0];
      return name === first ? 4 : name.startsWith(first) ? 3 : name.includes(first) ? 2 : 1;
    }
    function mark() {
      [...found.children].forEach((item, index) => item.classList.toggle("chosen", index === chosen));
    }
    function search() {
      const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
      found.hidden = words.length === 0; contents.hidden = words.length > 0;
      found.replaceChildren();
      if (!words.length) return;
      const hits = entries.map(entry => [rank(entry, words), entry]).filter(hit => hit[0] > 0);
      hits.sort((a, b) => b[0] - a[0] || a[1].n.length - b[1].n.length || a[1].n.localeCompare(b[1].n));
      for (const [, entry] of hits.slice(0, 40)) {
        const item = document.createElement("li"), link = document.createElement("a");
        const name = document.createElement("b"), kind = document.createElement("small"), text = document.createElement("p");
        link.href = entry.u; name.textContent = entry.n; kind.textContent = entry.k; text.textContent = entry.s;
        link.append(name, kind, text); item.append(link); found.append(item);
      }
      if (!hits.length) { const item = document.createElement("li"); item.textContent = "Nothing is found."; found.append(item); }
      chosen = 0; mark();
    }
    field.addEventListener("input", search);
    field.form.addEventListener("submit", event => {
      event.preventDefault();
      const link = found.children[chosen]?.querySelector("a");
      if (link) location.href = link.href;
    });
    document.addEventListener("keydown", event => {
      if (event.key === "/" && document.activeElement !== field) { event.preventDefault(); field.focus(); }
      if (document.activeElement !== field || found.hidden) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      chosen = Math.max(0, Math.min(found.children.length - 1, chosen + step)); mark();
      found.children[chosen].scrollIntoView({ block: "nearest" });
    });
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    search();
    """
}
