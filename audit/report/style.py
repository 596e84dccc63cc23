"""How the page looks, on a screen and on paper."""

STYLE = """
:root { --ink: #1d2733; --dim: #66717e; --line: #d9dfe6; --bad: #b3392f; --house: #d08a2e; --after: #4c78a8;
  --promise: #72876a; --plain: #b8c4d6; }
body { font: 15px/1.55 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: var(--ink);
  max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin-bottom: .3rem; } h2 { margin-top: 2.4rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
.dim { color: var(--dim); font-size: .87rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: .8rem; margin: 1.2rem 0; }
.card { border: 1px solid var(--line); border-left: 6px solid var(--plain); border-radius: 6px; padding: .7rem .9rem; }
.card b { display: block; font-size: 1.7rem; line-height: 1.2; } .card span { color: var(--dim); font-size: .87rem; }
.card.bad { border-left-color: var(--bad); } .card.house { border-left-color: var(--house); }
.card.after { border-left-color: var(--after); } .card.promise { border-left-color: var(--promise); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .84rem; margin: .8rem 0; }
th, td { text-align: left; vertical-align: top; padding: .28rem .5rem; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; }
details { margin: .5rem 0; } summary { cursor: pointer; font-weight: 600; }
svg { width: 100%; max-width: 760px; height: auto; display: block; } svg text { font-size: 12px; fill: var(--ink); }
rect.plain { fill: var(--plain); } rect.mark, rect.bad { fill: var(--bad); } rect.house { fill: var(--house); }
rect.after { fill: var(--after); } rect.promise { fill: var(--promise); }
@media print { details { break-inside: avoid; } body { margin: 0; max-width: none; } }
"""
