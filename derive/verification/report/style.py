"""How a report looks as a page: light and dark, on paper, on a narrow screen."""

# Every rule is held inside .verification, so that a report in a notebook changes nothing around it. Outcomes differ by
# sign and words too; colour only repeats them. All text keeps a contrast of at least 4.5 to its ground.
STYLE = """
.verification {
  --ground: #ffffff; --card: #f6f8fa; --ink: #1f2328; --quiet: #59636e; --line: #d1d9e0;
  --holds: #1a6f37; --fails: #c4141f; --undecided: #8a5a00; --not-understood: #7a3fb8; --mark: #ffd8d3;
  color-scheme: light; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", "Noto Sans", "Noto Sans CJK KR", sans-serif;
  max-width: 60rem; margin: 0 auto; padding: 1rem; box-sizing: border-box;
}
@media (prefers-color-scheme: dark) {
  .verification {
    --ground: #0d1117; --card: #161b22; --ink: #e6edf3; --quiet: #9da7b3; --line: #3d444d;
    --holds: #56d364; --fails: #ff7b72; --undecided: #e3b341; --not-understood: #d2a8ff; --mark: #67211d;
    color-scheme: dark;
  }
}
.verification h1 { font-size: 1.4rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
.verification h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
.verification code, .verification pre { font: .9em ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; }
.verification code { overflow-wrap: anywhere; }
.verification a { color: inherit; }
.verification .summary { font-weight: 600; margin: 0; }
.verification .reading, .verification .line, .verification .source { color: var(--quiet); }
.verification .reading { margin: 0; }
.verification .concerns { margin: .5rem 0 0; padding-left: 1.25rem; }
.verification article {
  background: var(--card); border: 1px solid var(--line); border-left: .3rem solid var(--quiet);
  border-radius: .3rem; margin: .5rem 0; padding: .5rem .75rem; break-inside: avoid;
}
.verification article:target { outline: 2px solid var(--ink); }
.verification .row { display: flex; gap: .25rem 1rem; align-items: baseline; }
.verification .line { flex: 0 0 4.5rem; font-size: .9rem; }
.verification .formula { flex: 1 1 0; min-width: 0; overflow-x: auto; overflow-y: hidden; padding: .1rem 0; }
.verification .formula math { font-size: 1.1em; math-style: normal; }

.verification .link .formula { padding-left: 1.5rem; }
.verification .source { display: block; font-size: .8rem; margin-top: .3rem; }
.verification .verdict { flex: 0 0 14rem; font-weight: 600; overflow-wrap: anywhere; }
.verification article.holds { border-left-color: var(--holds); }
.verification article.fails { border-left-color: var(--fails); }
.verification article.undecided { border-left-color: var(--undecided); }
.verification article.not-understood { border-left-color: var(--not-understood); }
.verification .verdict.holds { color: var(--holds); font-weight: 400; }
.verification .verdict.fails, .verification .summary.fails { color: var(--fails); }
.verification .verdict.undecided, .verification .summary.undecided { color: var(--undecided); }
.verification .verdict.not-understood { color: var(--not-understood); }
.verification .summary.holds { color: var(--holds); }
.verification pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; padding: .5rem;
  background: var(--ground); border: 1px solid var(--line); border-radius: .3rem; }
.verification mark { background: var(--mark); color: inherit; font-weight: 700;
  text-decoration: underline wavy var(--fails); text-underline-offset: .2em; }
.verification dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem .75rem; margin: .5rem 0; }
.verification dt { font-weight: 600; }
.verification dd { margin: 0; min-width: 0; overflow-x: auto; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  .verification .row { flex-wrap: wrap; }
  .verification .line { flex-basis: 100%; }
  .verification .link .line:empty { display: none; }
  .verification .formula, .verification .verdict { flex: 1 1 100%; }
  .verification dl { grid-template-columns: 1fr; gap: 0; }
  .verification dd { margin-bottom: .25rem; }
}
@media print {
  .verification { --ground: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #999; --mark: #fff;
    --holds: #1a6f37; --fails: #b00; --undecided: #704a00; --not-understood: #5a2f88;
    max-width: none; padding: 0; color-scheme: light; }
}
"""
