/** The width and height of a character, and the font size, in pixels. */
const CELL = { width: 8.4, height: 18, font: 14 };
const MARGIN = 14;

const COLORS = {
  31: '#ff7b72',
  32: '#56d364',
  34: '#79c0ff',
  35: '#d2a8ff',
  90: '#8b949e',
  91: '#ffa198',
};
const PAPER = '#0d1117';
const INK = '#e6edf3';
const DIM = '#8b949e';

/**
 * A picture of a terminal.
 * @param prompt the command line, shown first and wrapped at the width of the terminal
 * @param text lines with colours as escape sequences
 */
export function svgOf(prompt, text, columns) {
  const lines = text.replaceAll(/\s+$/g, '').split('\n');
  const typed = wrapped(prompt, columns);
  const rows = typed.length + 1 + lines.length;
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
  const height = rows * CELL.height + 2 * MARGIN;
  const drawn = [
    ...typed.map((line, row) => textAt(line, 0, row, `fill="${DIM}"`)),
    ...runs(lines).map(({ text: piece, row, column, style }) =>
      textAt(piece, column, typed.length + 1 + row, style),
    ),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(prompt)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${PAPER}"/>`,
    `<g font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${CELL.font}" fill="${INK}" xml:space="preserve">`,
    ...drawn,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** The runs of equally styled text in all lines, with their positions. A style may continue on the next line. */
function runs(lines) {
  const found = [];
  let state = {};
  for (const [row, line] of lines.entries()) {
    let column = 0;
    for (const [, codes, text] of line.matchAll(/(?:\u001b\[([\d;]*)m)|([^\u001b]+)/g)) {
      if (text === undefined) {
        for (const code of (codes || '0').split(';').map(Number)) state = changed(state, code);
        continue;
      }
      for (const [piece] of text.matchAll(/ +|[^ ]+(?: [^ ]+)*/gu)) {
        if (piece.trim() !== '') found.push({ text: piece, row, column, style: styleOf(state) });
        column += [...piece].length;
      }
    }
  }
  return found;
}

function changed(state, code) {
  if (code === 0) return {};
  if (code === 1) return { ...state, bold: true };
  if (code === 2) return { ...state, dim: true };
  if (code === 22) return { ...state, bold: false, dim: false };
  if (code === 39) return { ...state, color: undefined };
  return COLORS[code] === undefined ? state : { ...state, color: COLORS[code] };
}

function styleOf({ color, bold, dim }) {
  const fill = color ?? (dim ? DIM : undefined);
  return [fill && `fill="${fill}"`, bold && 'font-weight="bold"'].filter(Boolean).join(' ');
}

/** With an explicit length, so that columns align in any font. */
function textAt(text, column, row, style) {
  const x = (MARGIN + column * CELL.width).toFixed(1);
  const y = MARGIN + row * CELL.height + CELL.font;
  const length = ([...text].length * CELL.width).toFixed(1);
  return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs" ${style}>${escaped(text)}</text>`;
}

function wrapped(text, columns) {
  const lines = [];
  for (let rest = text; rest !== ''; rest = rest.slice(columns)) lines.push(rest.slice(0, columns));
  return lines;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
