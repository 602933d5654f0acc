/// The page of a report: plain HTML with its style and script inside, no network, readable without the script.
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
        style-src 'unsafe-inline'; script-src '{{scriptHash}}'; base-uri 'none'; form-action 'none'">
        <title>{{title}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        <header>
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
        {{#hasFailures}}
        <section>
        <h2>Failed</h2>
        <ul class="failures">
        {{#failures}}
        <li><b class="name">{{name}}</b> <span>{{error}}</span></li>
        {{/failures}}
        {{#moreFailures}}
        <li class="quiet">and {{.}} more, in the table below</li>
        {{/moreFailures}}
        </ul>
        </section>
        {{/hasFailures}}
        {{#hasFigures}}
        <section>
        <h2>Figures</h2>
        <div class="wide">
        <table class="figures">
        <thead><tr>{{#hasCorruptions}}<th>Corruption</th>{{/hasCorruptions}}{{#hasMethods}}<th>Method</th>{{/hasMethods}}<th>Figure</th>\
        <th class="n">Mean before</th><th class="n">Mean after</th><th class="n">Gain</th>\
        <th class="n">Median before</th><th class="n">Median after</th><th class="n">Pictures</th><th>Protocol</th>\
        </tr></thead>
        <tbody>
        {{#figures}}
        <tr>{{#hasCorruptions}}<td>{{corruption}}</td>{{/hasCorruptions}}{{#hasMethods}}<td>{{method}}</td>{{/hasMethods}}<td>{{figure}}</td>\
        <td class="n">{{meanBefore}}</td><td class="n"><b>{{meanAfter}}</b></td>\
        <td class="n gain">{{gain}}</td><td class="n">{{medianBefore}}</td><td class="n">{{medianAfter}}</td>\
        <td class="n">{{count}}</td><td>{{protocol}}</td></tr>
        {{/figures}}
        </tbody>
        </table>
        </div>
        {{#hasWorst}}
        <h3>Worst five by {{worstFigure}}</h3>
        <ol class="worst">
        {{#worst}}
        <li>{{#link}}<a href="#{{.}}" class="name">{{name}}</a>{{/link}}{{^link}}<span class="name">{{name}}</span>{{/link}} \
        <span class="quiet figure">{{figure}}</span></li>
        {{/worst}}
        </ol>
        {{/hasWorst}}
        </section>
        {{/hasFigures}}
        {{#hasPairs}}
        <section>
        <h2>Before and after</h2>
        <p class="quiet">{{pairNote}}</p>
        {{#pairs}}
        <article class="pair" id="{{anchor}}">
        <h3><span class="name">{{name}}</span> {{#captions}}<span class="quiet figure">{{.}}</span> {{/captions}}</h3>
        <div class="views">
        <figure class="overview">
        <div class="compare" style="--w:{{width}};--h:{{height}}">
        <img src="{{after}}" alt="{{name}}, after" width="{{width}}" height="{{height}}" loading="lazy" decoding="async">
        <img class="top" src="{{before}}" alt="{{name}}, before" width="{{width}}" height="{{height}}" loading="lazy" \
        decoding="async">
        <span class="bar" aria-hidden="true"></span>
        <span class="tag left" aria-hidden="true">before</span><span class="tag right" aria-hidden="true">after</span>
        <input type="range" min="0" max="100" value="50" step="0.5" aria-label="How much of {{name}} is shown before">
        </div>
        <figcaption class="quiet">{{overviewNote}}</figcaption>
        </figure>
        <div class="crops">
        <div class="strip">
        <figure><img src="{{beforeCrop}}" alt="piece before" width="{{cropWidth}}" height="{{cropHeight}}" \
        {{#isEnlarged}}class="pixels" {{/isEnlarged}}loading="lazy"><figcaption class="quiet">before{{#isEnlarged}}, \
        enlarged{{/isEnlarged}}</figcaption></figure>
        <figure><img src="{{afterCrop}}" alt="piece after" width="{{cropWidth}}" height="{{cropHeight}}" \
        loading="lazy"><figcaption class="quiet">after</figcaption></figure>
        {{#referenceCrop}}
        <figure><img src="{{.}}" alt="piece of the reference" width="{{cropWidth}}" \
        height="{{cropHeight}}" loading="lazy"><figcaption class="quiet">reference</figcaption></figure>
        {{/referenceCrop}}
        </div>
        <p class="quiet">{{cropNote}}</p>
        </div>
        </div>
        </article>
        {{/pairs}}
        </section>
        {{/hasPairs}}
        <section id="pictures">
        <h2>Pictures</h2>
        <div class="pictures" role="table" aria-label="Pictures" style="--columns:{{columnCount}}">
        <div class="row head" role="row"><span role="columnheader">Picture</span>\
        <span role="columnheader">Outcome</span><span role="columnheader">Size</span>\
        {{#columns}}<span role="columnheader">{{.}}</span>{{/columns}}<span role="columnheader">Time</span></div>
        {{#chunks}}
        <div class="chunk" role="rowgroup" style="--rows:{{rowCount}}">
        {{#rows}}
        <div class="row" role="row"><span role="cell" class="picture"><span class="name">{{name}}</span>\
        {{#corruption}} <span class="quiet">{{.}}</span>{{/corruption}}\
        {{#hasMethods}} <span class="quiet">{{method}}</span>{{/hasMethods}}\
        {{#remark}}<small{{#isBad}} class="bad"{{/isBad}}>{{.}}</small>{{/remark}}</span>\
        <span role="cell"><span class="outcome {{outcome}}">{{outcome}}</span></span>\
        <span role="cell" data-label="Size">{{size}}</span>\
        {{#cells}}<span role="cell" class="n" data-label="{{label}}">{{text}}{{#gain}} <i class="gain">{{.}}</i>{{/gain}}</span>\
        {{/cells}}<span role="cell" class="n" data-label="Time">{{time}}</span></div>
        {{/rows}}
        </div>
        {{/chunks}}
        </div>
        </section>
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
        <p class="quiet">The same in <a href="report.csv">report.csv</a> and <a href="report.json">report.json</a>.</p>
        </section>
        </main>
        <script>{{{script}}}</script>
        </body>
        </html>

        """

    /// Moves the border between before and after with the slider that lies over each pair.
    static let script = """
        addEventListener("input",function(e){var t=e.target;if(t.type==="range")\
        t.parentNode.style.setProperty("--cut",t.value+"%")});
        """
}
