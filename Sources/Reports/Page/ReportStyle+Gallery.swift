extension ReportPage {
    /// The style of the gallery and of the table of all pictures.
    static let galleryStyle = """
        .card{padding:16px 18px 18px;margin:0 0 16px;scroll-margin-top:12px;content-visibility:auto;
        contain-intrinsic-size:auto 640px}
        .card:target{border-color:var(--accent)}
        .reasons{margin:4px 0 0;color:var(--accent);font-weight:500}
        .scores{list-style:none;margin:4px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:0 20px;font-size:14px}
        .tools{display:flex;flex-wrap:wrap;align-items:center;gap:10px 14px;margin:12px 0}
        .tools label{display:flex;align-items:center;gap:7px;font-size:13px;color:var(--quiet)}
        .tools select{max-width:190px}
        .segments{display:inline-flex;background:var(--sunk);border-radius:9px;padding:3px;gap:2px}
        .segments button{border:0;background:none;border-radius:7px;min-height:32px;padding:3px 13px;color:var(--quiet)}
        .segments button[aria-pressed=true]{background:var(--card);color:var(--ink);font-weight:600;
        box-shadow:0 1px 3px rgba(0,0,0,.18)}
        .views{display:flex;flex-wrap:wrap;gap:18px 26px;align-items:flex-start}
        .stage{flex:1 1 420px;min-width:0}
        .worst{flex:0 1 auto;min-width:0;max-width:100%}
        [data-mode=zoom] .worst{display:none}
        figcaption{font-size:13px;margin-top:7px}
        .compare{--cut:50%;position:relative;overflow:hidden;border-radius:8px;aspect-ratio:var(--w)/var(--h);
        width:min(100%,calc(74vh*var(--w)/var(--h)),calc(var(--w)*1px));min-width:min(100%,200px);background:var(--sunk);touch-action:pan-y;
        user-select:none;cursor:ew-resize}
        .layers,.layers img{position:absolute;inset:0;width:100%;height:100%;display:block}
        .layers{isolation:isolate}
        .layers .left{clip-path:inset(0 calc(100% - var(--cut)) 0 0)}
        [data-mode=difference] .layers .left{clip-path:none;mix-blend-mode:difference}
        [data-mode=difference] .compare{cursor:default;background:#000}
        [data-mode=difference] :is(.bar,.tag,.compare input){display:none}
        .bar{position:absolute;top:0;bottom:0;left:var(--cut);width:2px;margin-left:-1px;background:#fff;
        box-shadow:0 0 4px rgba(0,0,0,.6);pointer-events:none}
        .bar:after{content:"";position:absolute;top:50%;left:50%;width:34px;height:34px;margin:-17px;border-radius:50%;
        background:#fff;box-shadow:0 1px 6px rgba(0,0,0,.5)}
        .bar:before{content:"";position:absolute;z-index:1;top:50%;left:50%;width:20px;height:10px;margin:-5px -10px;
        background:#3a352c;clip-path:polygon(0 50%,35% 0,35% 100%,0 50%,100% 50%,65% 0,65% 100%,100% 50%)}
        .tag{position:absolute;bottom:10px;background:rgba(18,16,12,.7);color:#fff;font-size:12.5px;line-height:22px;
        padding:0 10px;border-radius:11px;pointer-events:none;max-width:46%;overflow:hidden;text-overflow:ellipsis;
        white-space:nowrap}
        .tag.l{left:10px}
        .tag.r{right:10px}
        .mark{position:absolute;border:1px solid rgba(255,255,255,.75);outline:1px solid rgba(0,0,0,.35);border-radius:3px;
        pointer-events:none}
        .compare input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;pointer-events:none}
        .compare:has(input:focus-visible){outline:3px solid var(--accent);outline-offset:2px}
        .panes{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,260px),1fr));gap:10px}
        .panes figcaption{margin-top:4px;color:var(--quiet)}
        .frame{position:relative;height:min(56vh,440px);overflow:hidden;border-radius:8px;background:var(--sunk);cursor:grab;
        touch-action:none;user-select:none}
        .frame:active{cursor:grabbing}
        .frame img{position:absolute;left:0;top:0;max-width:none;transform-origin:0 0}
        .pixels,.enlarged{image-rendering:pixelated}
        .regions{display:grid;grid-template-columns:repeat(var(--columns),minmax(0,160px));gap:8px}
        .regions .head{font-size:12.5px;line-height:1.2;overflow-wrap:anywhere}
        .piece{position:relative;padding:0;border:0;background:var(--sunk);border-radius:6px;overflow:hidden;min-height:0}
        .piece img{display:block;width:100%;height:auto}
        .badge{position:absolute;left:5px;top:5px;min-width:19px;height:19px;border-radius:10px;background:rgba(18,16,12,.7);
        color:#fff;font-size:11.5px;line-height:19px;text-align:center}
        .filters{display:flex;flex-wrap:wrap;gap:12px 16px;margin-bottom:10px}
        .filters label{display:flex;flex-direction:column;gap:3px;font-size:13px;color:var(--quiet);min-width:0}
        .filters .grow{flex:1 1 220px;max-width:340px}
        .filters select,.filters input{width:100%;max-width:260px}
        .filters .grow input{max-width:none}
        .narrow{display:none!important}
        #records thead{position:sticky;top:0;z-index:1;background:var(--paper)}
        #records th,#records td{padding:8px 14px 8px 0;border-bottom:1px solid var(--line);text-align:left;
        vertical-align:baseline}
        #records .n{text-align:right}
        #records th:last-child,#records td:last-child{padding-right:0}
        #records tbody th{font-weight:400;min-width:170px}
        #records td{white-space:nowrap}
        #records td:not(.n){max-width:190px;overflow:hidden;text-overflow:ellipsis}
        #records thead button{border:0;background:none;padding:0;min-height:28px;font-weight:600;font-size:13px;
        color:var(--quiet);white-space:nowrap}
        #records thead button:hover,#records thead [aria-sort] button{color:var(--ink)}
        #records thead button{position:relative}
        .arrow{position:absolute;left:100%;top:50%;margin-left:2px;font-size:8px;line-height:10px;margin-top:-5px}
        #records small{display:block;font-size:13px;color:var(--quiet);overflow-wrap:anywhere}
        #records small.twice{color:var(--accent)}
        #records small.bad{color:var(--bad)}
        .outcome{font-size:13px;color:var(--quiet)}
        .outcome.restored{color:var(--good)}
        .outcome.failed{color:var(--bad);font-weight:600}
        .pager{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:10px;margin-top:12px;
        font-size:14px;color:var(--quiet)}
        @media(max-width:1080px){
        .narrow{display:flex!important}
        .narrow[hidden]{display:none!important}
        #records,#records tbody,#records tr,#records tbody th{display:block}
        #records thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        #records tbody tr{display:grid;grid-template-columns:repeat(auto-fill,minmax(145px,1fr));gap:0 26px;padding:11px 0;
        border-bottom:1px solid var(--line)}
        #records tbody th,#records td{padding:1px 0;border:0;min-width:0}
        #records tbody th{font-weight:600;grid-column:1/-1}
        #records td,#records td:not(.n){max-width:none;overflow:visible;white-space:normal;display:flex;justify-content:space-between;gap:10px;font-size:13px}
        #records td:empty{display:none}
        #records td:before{content:attr(data-label);color:var(--quiet);font-weight:400;flex:none}
        }
        @media(max-width:760px){
        .card{padding:14px}
        .tools label{flex:1 1 125px;min-width:0}
        .tools select{flex:1;min-width:0;max-width:none}
        .segments{flex:1 1 100%}
        .segments button{flex:1}
        .panes{grid-template-columns:1fr 1fr}
        .frame{height:min(36vh,270px)}
        .stage{flex-basis:100%}
        .worst{flex-basis:100%}
        .compare{width:min(100%,max(calc(var(--w)*1px),200px))}
        .filters label{flex:1 1 130px}
        .filters .grow{flex-basis:100%;max-width:none}
        .filters select{max-width:none}
        .pager button{min-height:44px}
        }
        @media print{
        .card{content-visibility:visible}
        #records thead{position:static}
        }

        """
}
