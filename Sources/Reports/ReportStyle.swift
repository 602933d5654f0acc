extension ReportPage {
    /// Light and dark by the reader's setting; one column on a phone, where rows of the table become cards. Groups of
    /// rows that are out of sight are not laid out (`content-visibility`), so ten thousand pictures scroll.
    static let style = """
        :root{--paper:#fbfaf8;--card:#fff;--ink:#1c1b19;--quiet:#6a665f;--line:#e4e0d9;--accent:#8a5a1c;--good:#1f6f43;\
        --bad:#a8261c;--badcard:#fdf0ee;--shade:rgba(20,18,15,.62)}
        @media(prefers-color-scheme:dark){:root{--paper:#161513;--card:#201f1c;--ink:#ece9e3;--quiet:#a19b91;\
        --line:#36332e;--accent:#e0b070;--good:#7fcf9f;--bad:#ff9085;--badcard:#33201d}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--paper);color:var(--ink);\
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
        header,main{max-width:1200px;margin:0 auto;padding:0 24px}
        header{padding-top:40px}
        main{padding-bottom:64px}
        h1{font-size:28px;line-height:1.2;letter-spacing:-.01em;margin:0 0 4px;overflow-wrap:anywhere}
        h2{font-size:19px;margin:48px 0 12px}
        h3{font-size:15px;margin:24px 0 8px}
        p{margin:8px 0}
        a{color:var(--accent)}
        .quiet{color:var(--quiet);font-weight:400}
        .name{overflow-wrap:anywhere;unicode-bidi:isolate}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(215px,1fr));gap:12px;margin-top:24px}
        .tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
        .tile .label{color:var(--quiet);font-size:13px}
        .tile .value{font-size:23px;line-height:1.35;white-space:nowrap;font-weight:600;letter-spacing:-.01em}
        .tile .quiet{font-size:13px}
        .tile.bad .quiet{color:var(--bad)}
        .figure{white-space:nowrap}
        h3 .figure{margin-left:8px}
        .failures{list-style:none;margin:0;padding:8px 16px;background:var(--badcard);border:1px solid var(--line);\
        border-radius:10px}
        .failures li{padding:4px 0}
        .failures span{color:var(--bad);overflow-wrap:anywhere}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:14px}
        th{font-weight:600;text-align:left;color:var(--quiet);font-size:13px}
        th,td{padding:7px 20px 7px 0;border-bottom:1px solid var(--line);white-space:nowrap}
        .n{text-align:right}
        .gain{color:var(--good);font-style:normal}
        .worst{margin:0;padding-left:22px}
        .pair{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px;margin:16px 0;\
        content-visibility:auto;contain-intrinsic-size:auto 520px}
        .pair h3{margin:0 0 10px}
        .views{display:grid;grid-template-columns:minmax(0,1fr) minmax(240px,490px);gap:20px;align-items:start}
        figure{margin:0}
        figcaption,.crops p{font-size:13px;margin:6px 0 0}
        .compare{--cut:50%;position:relative;overflow:hidden;border-radius:6px;aspect-ratio:var(--w)/var(--h);\
        max-height:78vh;max-width:min(100%,calc(78vh*var(--w)/var(--h)));background:var(--line)}
        .compare img{position:absolute;inset:0;width:100%;height:100%;display:block}
        .compare .top{clip-path:inset(0 calc(100% - var(--cut)) 0 0)}
        .bar{position:absolute;top:0;bottom:0;left:var(--cut);width:2px;margin-left:-1px;background:#fff;\
        box-shadow:0 0 3px rgba(0,0,0,.7);pointer-events:none}
        .bar:after{content:"";position:absolute;top:50%;left:50%;width:26px;height:26px;margin:-13px;border-radius:50%;\
        background:#fff;box-shadow:0 0 4px rgba(0,0,0,.6)}
        .tag{position:absolute;bottom:8px;background:var(--shade);color:#fff;font-size:12px;padding:1px 8px;\
        border-radius:9px;pointer-events:none}
        .left{left:8px}
        .right{right:8px}
        .compare input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:ew-resize;\
        touch-action:pan-y}
        .compare:focus-within{outline:3px solid var(--accent);outline-offset:2px}
        .strip{display:flex;flex-wrap:wrap;gap:10px}
        .strip img{display:block;border-radius:4px;background:var(--line)}
        .pixels{image-rendering:pixelated}
        .pictures{font-size:14px}
        .row{display:grid;grid-template-columns:minmax(0,2.4fr) 84px minmax(0,1fr) repeat(var(--columns),minmax(0,1.25fr)) \
        72px;gap:14px;padding:7px 0;border-bottom:1px solid var(--line);align-items:baseline}
        .row>span{overflow-wrap:anywhere}
        .head{color:var(--quiet);font-weight:600;font-size:13px;position:sticky;top:0;background:var(--paper);z-index:1}
        .head>span:nth-child(n+4){text-align:right}
        .chunk{content-visibility:auto;contain-intrinsic-size:auto calc(var(--rows)*37px)}
        .row small{display:block;color:var(--quiet)}
        small.bad{color:var(--bad)}
        .outcome{font-size:13px}
        .restored{color:var(--good)}
        .failed{color:var(--bad);font-weight:600}
        .skipped,.ignored{color:var(--quiet)}
        dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 20px;margin:0;font-size:14px}
        dt{color:var(--quiet)}
        dd{margin:0}
        @media(max-width:760px){
        header,main{padding-left:16px;padding-right:16px}
        header{padding-top:24px}
        h1{font-size:23px}
        h2{margin-top:36px}
        .tiles{grid-template-columns:1fr 1fr;gap:10px}
        .tile{padding:11px 12px}
        .tile .value{font-size:19px}
        .views{grid-template-columns:minmax(0,1fr);gap:14px}
        .strip{flex-wrap:nowrap;overflow-x:auto;scroll-snap-type:x proximity}
        .strip figure{scroll-snap-align:start;flex:none}
        .head{display:none}
        .row{grid-template-columns:1fr auto;gap:2px 12px;padding:11px 0}
        .row>span{text-align:left}
        .row .picture{grid-column:1}
        .row>span[data-label]{grid-column:1/-1;display:flex;justify-content:space-between;gap:12px;font-size:13px}
        .row>span[data-label]:empty{display:none}
        .row>span[data-label]:before{content:attr(data-label);color:var(--quiet);flex:1}
        .chunk{contain-intrinsic-size:auto calc(var(--rows)*130px)}
        dl{grid-template-columns:minmax(0,1fr);gap:0}
        dd{margin-bottom:8px}
        }
        @media(max-width:400px){.tiles{grid-template-columns:1fr}}
        @media print{.compare input,.bar{display:none}.pair,.chunk{content-visibility:visible;break-inside:avoid}}
        """
}
