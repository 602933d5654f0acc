extension ReportPage {
    /// The dark colours.
    private static let dark = """
        --paper:#141518;--card:#1c1e22;--sunk:#24272c;--ink:#eceae6;--quiet:#a3a29c;--line:#33363c;--accent:#e3ab62;
        --accent-ink:#1b1509;--good:#7dcf9e;--bad:#ff9a8d;--bad-card:#33201e;--chip:#2b2e34;--shadow:none;
        --c0:#9a9a95;--c1:#e3ab62;--c2:#6cb6f0;--c3:#7dcf9e;--c4:#d79bef;--c5:#f2938c;
        color-scheme:dark;
        """

    /// Light or dark by the reader's setting or by choice (`data-theme`); one column on a phone, where rows of the
    /// table become cards.
    static let style = """
        :root{
        --paper:#f7f6f3;--card:#fff;--sunk:#f0eeea;--ink:#1d1c1a;--quiet:#66635d;--line:#e2dfd8;--accent:#8a5510;
        --accent-ink:#fff;--good:#1b6b3f;--bad:#a3241a;--bad-card:#fcefed;--chip:#ece9e3;
        --shadow:0 1px 2px rgba(40,34,20,.05),0 4px 14px rgba(40,34,20,.04);
        --c0:#77746d;--c1:#b3660a;--c2:#1f6fb2;--c3:#1b7a46;--c4:#8a4bb0;--c5:#b8382c;
        color-scheme:light;
        }
        @media(prefers-color-scheme:dark){:root:not([data-theme=light]){\(dark)}}
        :root[data-theme=dark]{\(dark)}
        *{box-sizing:border-box}
        [hidden]{display:none!important}
        html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
        body{margin:0;background:var(--paper);color:var(--ink);font-variant-numeric:tabular-nums;
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
        header,main{max-width:1240px;margin:0 auto;padding:0 28px}
        header{padding-top:28px}
        main{padding-bottom:72px}
        h1{font-size:30px;line-height:1.2;letter-spacing:-.018em;font-weight:650;margin:6px 0 4px;overflow-wrap:anywhere}
        h2{font-size:20px;line-height:1.3;letter-spacing:-.01em;font-weight:650;margin:52px 0 14px}
        h3{font-size:16px;font-weight:600;margin:0}
        h4{font-size:13px;font-weight:600;margin:0 0 8px;color:var(--quiet)}
        p{margin:8px 0}
        a{color:var(--accent);text-underline-offset:2px}
        :focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
        .quiet{color:var(--quiet);font-weight:400}
        .good{color:var(--good)}
        .bad,small.bad{color:var(--bad)}
        .name{overflow-wrap:anywhere;unicode-bidi:isolate}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        .masthead{display:flex;align-items:center;justify-content:space-between;gap:12px}
        .eyebrow{margin:0;font-size:13px;font-weight:600;letter-spacing:.04em;color:var(--accent)}
        .count{display:inline-block;min-width:26px;padding:1px 9px;border-radius:13px;background:var(--accent);
        color:var(--accent-ink);font-size:13px;line-height:22px;text-align:center;vertical-align:2px;margin-left:4px}
        .chip{display:inline-block;padding:0 9px;border-radius:10px;background:var(--chip);color:var(--quiet);font-size:12.5px;
        line-height:21px;font-weight:500;margin-left:8px;overflow-wrap:anywhere}
        button,select,input[type=search]{font:inherit;font-size:14px;color:var(--ink);background:var(--card);
        border:1px solid var(--line);border-radius:8px;padding:5px 12px;min-height:36px}
        button{cursor:pointer}
        button:hover:not(:disabled),select:hover{border-color:var(--quiet)}
        button:disabled{opacity:.45;cursor:default}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:14px;margin-top:26px}
        .tile,.card,.wide,.concerns{background:var(--card);border:1px solid var(--line);border-radius:12px;
        box-shadow:var(--shadow)}
        .tile{padding:15px 18px}
        .tile .label{color:var(--quiet);font-size:13px}
        .tile .value{font-size:23px;line-height:1.4;font-weight:600;letter-spacing:-.012em}
        .tile .quiet{font-size:13px;overflow-wrap:anywhere}
        .tile.bad{color:inherit}
        .tile.bad .quiet{color:var(--bad)}
        .concerns{list-style:none;margin:0;padding:4px 18px}
        .concerns li{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:4px 24px;padding:9px 0;
        border-top:1px solid var(--line)}
        .concerns li:first-child{border-top:0}
        .subject{display:flex;flex-wrap:wrap;gap:3px 8px;align-items:baseline;font-weight:500}
        .subject .chip{margin:0}
        .failures{list-style:none;margin:0;padding:8px 18px;background:var(--bad-card);border:1px solid var(--line);
        border-radius:12px}
        .failures li{padding:4px 0}
        .failures span{color:var(--bad);overflow-wrap:anywhere}
        .charts,.curves{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:14px;
        margin-bottom:14px}
        figure{margin:0}
        .charts figcaption{font-size:14px;margin-bottom:8px}
        .charts{align-items:start}
        .charts>*{max-width:760px;min-width:0}
        svg.levels{display:block;width:100%;height:auto}
        svg.levels text{fill:var(--quiet);font-size:12.5px}
        svg .grid{stroke:var(--line);fill:none}
        svg .line{stroke:currentColor;stroke-width:2.25;fill:none;stroke-linejoin:round;stroke-linecap:round}
        svg circle{fill:currentColor;stroke:var(--card);stroke-width:1.5}
        .s0{color:var(--c0)}.s1{color:var(--c1)}.s2{color:var(--c2)}.s3{color:var(--c3)}.s4{color:var(--c4)}.s5{color:var(--c5)}
        .s0 .line{stroke-dasharray:2 5}.s2 .line{stroke-dasharray:9 5}.s3 .line{stroke-dasharray:9 4 2 4}
        .s4 .line{stroke-dasharray:5 4}.s5 .line{stroke-dasharray:14 4}
        .legend{list-style:none;margin:6px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px}
        .legend li{display:flex;align-items:center;gap:7px}
        .legend svg{width:26px;height:10px;flex:none}
        .wide{overflow-x:auto;padding:4px 18px 8px;margin-bottom:14px}
        table{border-collapse:collapse;width:100%;font-size:14px}
        .figures caption{text-align:left;padding:10px 0 8px;font-size:14px;font-weight:600}
        .paper{margin:0;padding-bottom:12px}
        .paper td{line-height:1.35}
        .paper .quiet,summary .quiet{font-size:13px}
        summary{cursor:pointer;padding:8px 2px;font-size:14px}
        .figures .groups>*{border:0;padding:5px 0 0;text-align:center}
        .figures .groups th{border-bottom:1px solid var(--line)}
        thead th{font-weight:600;text-align:left;color:var(--quiet);font-size:13px}
        .figures tbody th{font-weight:400;text-align:left}
        .figures th,.figures td{padding:7px 15px 7px 0;border-bottom:1px solid var(--line);white-space:nowrap}
        .figures th:last-child,.figures td:last-child{padding-right:0}
        .figures tbody tr:last-child>*{border-bottom:0}
        .figures tr.first>*{border-top:2px solid var(--line)}
        table .n{text-align:right}
        dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:5px 22px;margin:0;font-size:14px}
        dt{color:var(--quiet)}
        dd{margin:0;max-width:80ch}
        #selftest{max-width:1184px;margin:0 auto;padding:0 28px 40px;white-space:pre-wrap;font-size:12px;overflow-wrap:anywhere}
        @media(max-width:760px){
        header,main{padding-left:16px;padding-right:16px}
        header{padding-top:16px}
        h1{font-size:24px}
        h2{margin-top:38px}
        .tiles{grid-template-columns:1fr 1fr;gap:10px}
        .tile{padding:12px 14px}
        .tile .value{font-size:19px}
        .concerns{padding:2px 14px}
        .concerns li{grid-template-columns:minmax(0,1fr)}
        .wide{padding:2px 14px 6px}
        .figures caption>span{display:block;max-width:calc(100vw - 64px)}
        .paper th,.paper td{padding-right:10px}
        svg.levels text{font-size:19px}
        dl{grid-template-columns:minmax(0,1fr);gap:0}
        dd{margin-bottom:8px}
        }
        @media(max-width:430px){.tiles{grid-template-columns:1fr}}
        @media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        @media print{
        :root{--paper:#fff;--card:#fff;--shadow:none}
        header,main{max-width:none;padding-left:0;padding-right:0}
        h2{break-after:avoid}
        .tile,.card,.concerns li,tr{break-inside:avoid}
        #theme,.tools,.filters,.pager,.compare input{display:none!important}
        .wide{overflow:visible}
        }

        """
}
