/// The page of a report: plain HTML with its style, data and script inside, no network. Summary, curves, doubts and
/// failures are in the markup; table and gallery are drawn by the script from the data.
enum ReportPage {
    static let template = """
        {{% CONTENT_TYPE:RETOUCH_HTML}}<!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; \
        style-src 'unsafe-inline'; script-src '{{scriptPolicy}}'; base-uri 'none'; form-action 'none'">
        <title>{{title}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        <header>
        <div class="masthead"><p class="eyebrow">{{program}} report</p>\
        <button type="button" id="theme" hidden>Theme: auto</button></div>
        <h1>{{title}}</h1>
        <p class="quiet">{{subtitle}}</p>
        </header>
        <main>
        <section class="tiles" aria-label="Summary">
        {{#tiles}}
        <div class="tile{{#bad}} bad{{/bad}}"><div class="label">{{label}}</div><div class="value">{{value}}</div>\
        <div class="quiet">{{detail}}</div></div>
        {{/tiles}}
        </section>
        {{#hasConcerns}}
        <section aria-labelledby="twice-heading">
        <h2 id="twice-heading">Pictures to needs review <span class="count">{{concernCount}}</span></h2>
        <ol class="concerns">
        {{#concerns}}
        <li><span class="subject">{{#link}}<a href="#{{.}}" class="name">{{name}}</a>{{/link}}\
        {{^link}}<span class="name">{{name}}</span>{{/link}}{{#chips}}<span class="chip">{{.}}</span>{{/chips}}</span>\
        <span class="reason">{{reason}}</span></li>
        {{/concerns}}
        </ol>
        {{#moreConcerns}}
        <p class="quiet">and {{.}} more: choose “to needs review” in the table of <a href="#all">all pictures</a></p>
        {{/moreConcerns}}
        </section>
        {{/hasConcerns}}
        {{#hasFailures}}
        <section>
        <h2>Failed</h2>
        <ul class="failures">
        {{#failures}}
        <li><b class="name">{{name}}</b> <span>{{error}}</span></li>
        {{/failures}}
        {{#moreFailures}}
        <li class="quiet">and {{.}} more, in the table of all pictures</li>
        {{/moreFailures}}
        </ul>
        </section>
        {{/hasFailures}}
        {{#hasFigures}}
        <section>
        <h2>Figures</h2>
        {{#hasCharts}}
        <div class="charts">
        {{#curves}}
        <figure class="tile"><figcaption><b>Mean PSNR against {{corruption}}</b> <span class="quiet">dB, {{kind}}</span>\
        </figcaption>{{{svg}}}
        <ul class="legend">{{#legend}}<li class="{{style}}"><svg viewBox="0 0 26 10" aria-hidden="true">\
        <path class="line" d="M1 5H25"/><circle cx="13" cy="5" r="3.5"/></svg>{{name}}</li>{{/legend}}</ul></figure>
        {{/curves}}
        {{#paper}}
        <div class="wide paper" tabindex="0" role="region" aria-label="{{caption}}"><table class="figures">
        <caption>{{caption}}<span class="quiet"> {{kind}}</span></caption>
        <thead><tr><th scope="col">Method</th>{{#columns}}<th scope="col" class="n">{{.}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{method}}</th>{{#cells}}<td class="n"><b>{{psnr}}</b><br>\
        <span class="quiet">{{ssim}}</span></td>{{/cells}}</tr>
        {{/rows}}
        </tbody></table></div>
        {{/paper}}
        </div>
        {{/hasCharts}}
        {{#tables}}
        <details{{^isFolded}} open{{/isFolded}}><summary><b>{{caption}}</b> <span class="quiet">{{explanation}}</span>\
        </summary>
        <div class="wide" tabindex="0" role="region" aria-label="{{caption}}">
        <table class="figures">
        <caption class="unseen">{{caption}}</caption>
        <thead><tr class="groups">{{#hasCorruptions}}<td></td>{{/hasCorruptions}}{{#hasMethods}}<td></td>{{/hasMethods}}\
        <th scope="colgroup" colspan="7">PSNR, dB</th><th scope="colgroup" colspan="3">SSIM</th>\
        {{#others}}<th scope="colgroup" colspan="3">{{.}}</th>{{/others}}<td colspan="2"></td></tr>
        <tr>{{#hasCorruptions}}<th scope="col">Level</th>{{/hasCorruptions}}\
        {{#hasMethods}}<th scope="col">Method</th>{{/hasMethods}}\
        <th scope="col" class="n">Before</th><th scope="col" class="n">After</th><th scope="col" class="n">Gain</th>\
        <th scope="col" class="n">95 % interval</th><th scope="col" class="n">Median</th>\
        <th scope="col" class="n">Worst</th><th scope="col" class="n">Best</th>\
        <th scope="col" class="n">Before</th><th scope="col" class="n">After</th><th scope="col" class="n">Gain</th>\
        {{#others}}<th scope="col" class="n">Before</th><th scope="col" class="n">After</th>\
        <th scope="col" class="n">Gain</th>{{/others}}<th scope="col" class="n">Pictures</th><th scope="col">Protocol</th></tr></thead>
        <tbody>
        {{#figures}}
        <tr{{#isFirst}} class="first"{{/isFirst}}>{{#hasCorruptions}}<th scope="row">{{corruption}}</th>{{/hasCorruptions}}\
        {{#hasMethods}}<th scope="row">{{method}}</th>{{/hasMethods}}\
        {{#psnr}}<td class="n">{{before}}</td><td class="n"><b>{{after}}</b></td><td class="n {{tone}}">{{gain}}</td>\
        <td class="n">{{interval}}</td><td class="n">{{median}}</td><td class="n">{{worst}}</td>\
        <td class="n">{{best}}</td>{{/psnr}}\
        {{#ssim}}<td class="n">{{before}}</td><td class="n"><b>{{after}}</b></td>\
        <td class="n {{tone}}">{{gain}}</td>{{/ssim}}\
        {{#others}}<td class="n">{{before}}</td><td class="n"><b>{{after}}</b></td>\
        <td class="n {{tone}}">{{gain}}</td>{{/others}}\
        <td class="n">{{count}}</td><td class="quiet">{{protocol}}{{#infinite}}; {{.}} equal to the reference (∞), \
        not in the means{{/infinite}}</td></tr>
        {{/figures}}
        </tbody>
        </table>
        {{#pairs}}
        <table class="figures pairs">
        <caption>Picture by picture <span class="quiet">PSNR: on how many a method is better than the first one, and by \
        how much in the mean</span></caption>
        <thead><tr>{{#hasCorruptions}}<th scope="col">Level</th>{{/hasCorruptions}}<th scope="col">Method</th>\
        <th scope="col">Against</th><th scope="col" class="n">Better on</th><th scope="col" class="n">Worse on</th>\
        <th scope="col" class="n">Equal on</th><th scope="col" class="n">Difference, dB</th>\
        <th scope="col" class="n">95 % interval</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr{{#isFirst}} class="first"{{/isFirst}}>{{#hasCorruptions}}<th scope="row">{{corruption}}</th>{{/hasCorruptions}}\
        <th scope="row">{{method}}</th><td>{{against}}</td><td class="n">{{wins}}</td><td class="n">{{losses}}</td>\
        <td class="n">{{ties}}</td><td class="n {{tone}}"><b>{{difference}}</b></td><td class="n">{{interval}}</td></tr>
        {{/rows}}
        </tbody></table>
        {{/pairs}}
        </div>
        </details>
        {{/tables}}
        <p class="quiet">Before, after and gain are means, each picture counting once; the interval is where 95 % of the \
        means of samples of these pictures lie. Interval, median, worst and best are of the figures after.</p>
        </section>
        {{/hasFigures}}
        {{#hasShown}}
        <section>
        <h2>Before and after</h2>
        <p class="quiet">{{shownNote}}</p>
        <div id="cards"></div>
        </section>
        {{/hasShown}}
        <section id="all" hidden>
        <h2>All pictures</h2>
        <div class="filters" role="search" aria-label="Filter the table">
        <label class="grow"><span>Name</span><input id="by-name" type="search" placeholder="part of a name"></label>
        <label><span>Model</span><select id="by-model"></select></label>
        <label><span>Level</span><select id="by-level"></select></label>
        <label><span>Show</span><select id="by-state"></select></label>
        <label><span>Figures</span><select id="by-set"></select></label>
        <label class="narrow"><span>Sort by</span><select id="sort"></select></label>
        </div>
        <table id="records"><caption class="unseen">All pictures; the heads of the columns sort</caption>\
        <thead></thead><tbody></tbody></table>
        <nav class="pager" aria-label="Pages of the table"><span id="found" role="status"></span>\
        <span id="pages"><button type="button" id="previous">Previous</button> \
        <button type="button" id="next">Next</button></span></nav>
        </section>
        <noscript><p class="failures">All pictures and the gallery need JavaScript, which is switched off; every figure \
        is in report.csv too.</p></noscript>
        {{#hasProtocols}}
        <section>
        <h2>How it was measured</h2>
        <dl>
        {{#protocols}}
        <dt>{{name}}</dt><dd>{{text}}</dd>
        {{/protocols}}
        </dl>
        </section>
        {{/hasProtocols}}
        <section>
        <h2>Run</h2>
        <dl class="run">
        {{#run}}
        <dt>{{name}}</dt><dd class="name">{{text}}</dd>
        {{/run}}
        </dl>
        <p class="quiet">The same in <a href="report.csv">report.csv</a>, <a href="report.json">report.json</a> and \
        <a href="report.md">report.md</a>.</p>
        </section>
        </main>
        <script type="application/json" id="data">{{{data}}}</script>
        <script>{{{script}}}</script>
        </body>
        </html>

        """
}
