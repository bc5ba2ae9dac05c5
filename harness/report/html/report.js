'use strict';
// Filters tables and charts by name, and draws the charts with Vega-Lite where its libraries are in the page. Names are data: they only
// ever become text, or values of a data set.
(() => {
  const colours = 8;
  const shapes = ['circle', 'square', 'diamond', 'triangle-up', 'cross', 'triangle-down', 'triangle-right', 'triangle-left'];
  const dashes = [[1, 0], [7, 3], [2, 3], [8, 3, 2, 3], [12, 4], [4, 2], [1, 2], [6, 2, 1, 2]];
  const mostLines = 8;
  const nonce = document.currentScript.nonce; // that of the page: scripts with it may run
  const views = new Map(); // what vegaEmbed made, by the id of the chart
  const begun = new Set(); // ids of charts that are drawn, or being drawn
  const input = document.getElementById('filter');
  const wanted = () => input.value.trim().toLowerCase();

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function palette() {
    return Array.from({length: colours}, (_, i) => colour(`--c${i}`));
  }

  function config() {
    const text = colour('--text');
    const faint = colour('--faint');
    const line = colour('--line');
    return {
      background: null,
      font: 'system-ui, sans-serif',
      view: {stroke: line},
      axis: {labelColor: text, titleColor: faint, titleFontWeight: 'normal', gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12, titleFontSize: 12},
      legend: {labelColor: text, titleColor: faint, titleFontWeight: 'normal', orient: 'top', labelFontSize: 12, titleFontSize: 12, labelLimit: 260, symbolSize: 70},
    };
  }

  function scaleOf(axis) {
    return axis.log ? {type: 'log', nice: false, padding: 12} : {type: 'linear', zero: true};
  }

  // Powers of ten, with 2 and 5 between them where there are few.
  function logTicks(values) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const steps = Math.log10(high / low) > 2.2 ? [1] : [1, 2, 5];
    const ticks = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); ++power) {
      ticks.push(...steps.map((step) => step * 10 ** power));
    }
    return ticks;
  }

  // Where all lines have their points at the same few places, those are what is to be read: the sizes of a sweep. Else nothing.
  function places(chart) {
    const series = new Set(column(chart, 0)).size;
    const count = new Map();
    for (const x of column(chart, 2)) { count.set(x, (count.get(x) ?? 0) + 1); }
    return count.size <= 10 && [...count.values()].every((each) => 2 * each >= series) ? [...count.keys()] : null;
  }

  // `values`: all that stand on the axis; `marked`: where it has its ticks.
  function quantity(field, axis, values, marked = null) {
    const ticks = marked ? {values: marked, format: '~r'} : axis.log ? {values: logTicks(values), format: '~s'} : {tickMinStep: 0.1, format: '~r'};
    const scale = marked && !axis.log ? {type: 'linear', zero: false, nice: false, padding: 12} : scaleOf(axis);
    return {field, type: 'quantitative', scale, title: axis.title, axis: {...ticks, labelOverlap: 'greedy'}};
  }

  function byGroup(chart, field) {
    const range = palette();
    const legend = {title: chart.group_title, columns: innerWidth < 640 ? 1 : 3};
    return {
      color: {field, type: 'nominal', sort: null, scale: {range}, legend},
      shape: {field, type: 'nominal', sort: null, scale: {range: shapes}, legend},
    };
  }

  function column(chart, index) {
    return chart.points.map((point) => point[index]);
  }

  const isShown = {filter: "filter == '' || indexof(lower(datum.s), filter) >= 0"};

  function dots(chart) {
    const narrow = innerWidth < 640;
    // What tells adapters apart is at the end of their names.
    const shortened = narrow ? {labelExpr: "length(datum.label) > 22 ? slice(datum.label, 0, 8) + '…' + slice(datum.label, -13) : datum.label"} : {};
    const tooltip = [{field: 's', title: 'strategy'}, {field: 'g', title: chart.group_title}, {field: 'x', title: chart.x.title},
      {field: 'low', title: 'from'}, {field: 'high', title: 'to'}];
    const values = chart.points.flatMap(([, , ...numbers]) => numbers);
    const title = narrow ? chart.x.title.replace(/ \(.*/, '') : chart.x.title;
    return {
      data: {values: chart.points.map(([s, g, x, low, high]) => ({s, g, x, low, high}))},
      transform: [isShown],
      height: {step: 18},
      encoding: {y: {field: 's', type: 'nominal', sort: null, title: null, axis: {labelLimit: narrow ? 150 : 270, grid: true, ...shortened}}},
      layer: [
        {mark: {type: 'rule', strokeWidth: 2, color: colour('--faint'), aria: false},
          encoding: {x: {...quantity('low', chart.x, values), title}, x2: {field: 'high'}}},
        {mark: {type: 'point', filled: true, size: 70, opacity: 1}, encoding: {x: {...quantity('x', chart.x, values), title}, ...byGroup(chart, 'g'), tooltip}},
      ],
    };
  }

  function lines(chart) {
    const order = new Map();
    for (const [s] of chart.points) { order.set(s, order.size); }
    const both = byGroup(chart, 's');
    return {
      data: {values: chart.points.map(([s, , x, y]) => ({s, x, y, rank: [...order.keys()].indexOf(s)}))},
      // Of those that are wanted, the best: more lines cannot be told apart.
      transform: [isShown, {window: [{op: 'dense_rank', as: 'place'}], sort: [{field: 'rank'}]}, {filter: `datum.place <= ${mostLines}`}],
      height: 320,
      encoding: {
        x: quantity('x', chart.x, column(chart, 2), places(chart)), y: quantity('y', chart.y, column(chart, 3)), color: both.color,
        tooltip: [{field: 's', title: chart.group_title}, {field: 'x', title: chart.x.title}, {field: 'y', title: chart.y.title}],
      },
      layer: [
        {mark: {type: 'line', strokeWidth: 1.8, aria: false}, encoding: {strokeDash: {field: 's', type: 'nominal', sort: null, scale: {range: dashes}, legend: null}}},
        {mark: {type: 'point', filled: true, size: 60, opacity: 1}, encoding: {shape: both.shape}},
      ],
    };
  }

  function scatter(chart) {
    return {
      data: {values: chart.points.map(([s, g, x, y, named]) => ({s, g, x, y, named}))},
      transform: [isShown],
      height: 320,
      encoding: {x: quantity('x', chart.x, column(chart, 2)), y: quantity('y', chart.y, column(chart, 3))},
      layer: [
        {mark: {type: 'point', filled: true, size: 80, opacity: 0.9},
          encoding: {...byGroup(chart, 'g'), tooltip: [{field: 's', title: 'strategy'}, {field: 'g', title: chart.group_title},
            {field: 'x', title: chart.x.title}, {field: 'y', title: chart.y.title}]}},
        {transform: [{filter: 'datum.named == 1'}], mark: {type: 'text', align: 'left', dx: 8, fontSize: 12, color: colour('--text'), aria: false, limit: 220},
          encoding: {text: {field: 's'}}},
      ],
    };
  }

  const kinds = {dots, lines, scatter};

  function specification(chart) {
    return {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      description: chart.description,
      width: 'container',
      autosize: {type: 'fit-x', contains: 'padding'},
      params: [{name: 'filter', value: wanted()}],
      config: config(),
      ...kinds[chart.kind](chart),
    };
  }

  async function draw(chart) {
    const figure = document.getElementById(chart.id);
    const place = document.createElement('div');
    place.className = 'drawn';
    figure.append(place);
    // ast: expressions are interpreted, so that the page need not allow eval.
    const result = await vegaEmbed(place, specification(chart), {
      mode: 'vega-lite', renderer: 'svg', actions: false, ast: true, defaultStyle: false, hover: false, logLevel: 1, // errors
      tooltip: {disableDefaultStyle: true},
    });
    views.set(chart.id, result);
    figure.replaceChildren(place);
    figure.dataset.drawn = 'vega';
  }

  function filterPage() {
    const text = wanted();
    const shown = new Set();
    const filtered = (each, name) => {
      const matches = name.toLowerCase().includes(text);
      each.toggleAttribute('hidden', !matches);
      if (matches) { shown.add(name); }
    };
    for (const row of document.querySelectorAll('.by-name tbody tr')) { filtered(row, row.dataset.s ?? row.cells[0].textContent.trim()); }
    for (const mark of document.querySelectorAll('svg [data-s]')) { filtered(mark, mark.dataset.s); }
    document.getElementById('filtered').textContent = text === '' ? '' : `${shown.size} found`;
    for (const {view} of views.values()) { view.signal('filter', text).runAsync(); }
  }

  function isOpen(element) {
    for (let at = element.closest('details'); at; at = at.parentElement.closest('details')) {
      if (!at.open) { return false; }
    }
    return true;
  }

  // What is folded has no width: it is drawn when it is opened.
  function drawWhatIsOpen(charts) {
    for (const chart of charts) {
      if (begun.has(chart.id) || !isOpen(document.getElementById(chart.id))) { continue; }
      begun.add(chart.id);
      draw(chart).catch((error) => console.error(error)); // the static chart stays
    }
  }

  function drawAgain(charts) {
    for (const each of views.values()) { each.finalize(); }
    views.clear();
    begun.clear();
    drawWhatIsOpen(charts);
  }

  async function loadLibraries(packed) {
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    const script = document.createElement('script');
    script.nonce = nonce;
    script.textContent = await new Response(unpacked).text();
    document.head.append(script);
  }

  async function drawCharts() {
    const libraries = document.getElementById('libraries');
    if (libraries === null) { return; }
    await loadLibraries(libraries.textContent);
    const {names, charts} = JSON.parse(document.getElementById('charts').textContent);
    for (const chart of charts) {
      for (const point of chart.points) { [point[0], point[1]] = [names[point[0]], names[point[1]]]; }
    }
    document.addEventListener('toggle', () => drawWhatIsOpen(charts), true);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawAgain(charts));
    drawWhatIsOpen(charts);
  }

  document.querySelector('.filter').hidden = false;
  input.addEventListener('input', filterPage);
  if (location.hash) { document.getElementById(location.hash.slice(1))?.scrollIntoView(); }
  drawCharts().catch((error) => console.error(error));
})();
