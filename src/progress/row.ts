// The text of a bar, as wide as the terminal: what tqdm shows.
//
//   resize:  45%|█████████▌            | 450/1000 [00:12<00:15, 36.2it/s]
//   resize: 450it [00:12, 36.2it/s]                      nobody knows how many there will be

/** What a row shows. */
export interface Shown {
  readonly label: string;
  readonly unit: string;
  readonly count: number;
  readonly total: number | null;
  readonly elapsedSeconds: number;
  /** Counts a second, or null while nobody knows. */
  readonly rate: number | null;
}

const LEAST_BAR_COLUMNS = 4;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const CYAN: readonly [string, string] = ['\u{1b}[36m', '\u{1b}[39m'];

/** Lays a row out, in at most so many columns. */
export function rowOf(shown: Shown, columns: number, inColour: boolean): string {
  const label = shown.label === '' ? '' : `${shown.label}: `;
  const elapsed = clock(shown.elapsedSeconds);
  const speed = speedOf(shown.rate, shown.unit);
  const { count, total } = shown;
  // More than there were to be: what was said of the total was wrong.
  if (total === null || count > total) {
    return cut(`${label}${count}${shown.unit} [${elapsed}, ${speed}]`, columns);
  }
  const share = total === 0 ? 1 : count / total;
  const left = shown.rate === null ? '?' : clock((total - count) / shown.rate);
  const before = `${label}${String(Math.floor(share * 100)).padStart(3)}%|`;
  const after = `| ${count}/${total} [${elapsed}<${left}, ${speed}]`;
  const room = columns - widthOf(before) - widthOf(after);
  if (room < LEAST_BAR_COLUMNS) return cut(before + after.slice(1), columns);
  const [on, off] = inColour ? CYAN : ['', ''];
  return `${before}${on}${barOf(share, room)}${off}${after}`;
}

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

function columnsOf(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (/\p{Mark}|\p{Control}|\p{Format}/u.test(character)) return 0;
  return isWide(character) ? 2 : 1;
}

// What takes two columns, roughly: the scripts of East Asia, and pictures. V8 reads an expression
// where it is made, and most programs show no bar.
function isWide(character: string): boolean {
  const east = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u;
  return east.test(character) || /\p{Emoji_Presentation}/u.test(character);
}

function cut(text: string, columns: number): string {
  let [width, end] = [0, 0];
  for (const character of text) {
    width += columnsOf(character);
    if (width > columns) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function barOf(share: number, columns: number): string {
  const eighths = Math.floor(share * columns * 8);
  const bar = '█'.repeat(eighths >> 3) + (EIGHTHS[eighths & 7] as string);
  return bar.padEnd(columns);
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const end = `${two(minutes)}:${two(whole % 60)}`;
  return hours === 0 ? end : `${hours}:${end}`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

function speedOf(rate: number | null, unit: string): string {
  if (rate === null) return `?${unit}/s`;
  return rate >= 1 ? `${threeDigits(rate)}${unit}/s` : `${threeDigits(1 / rate)}s/${unit}`;
}

function threeDigits(n: number): string {
  return n < 10 ? n.toFixed(2) : n < 100 ? n.toFixed(1) : n.toFixed(0);
}
