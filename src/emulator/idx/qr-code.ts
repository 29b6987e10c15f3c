/**
 * QR codes (ISO/IEC 18004): bytes at error correction level L, versions 1 to 10 (up to 271 bytes), drawn as a PNG. Enough for
 * the `otpauth` URI of a code generator; a dependency would bring far more.
 */
import { crc32, deflateSync } from 'node:zlib';

/** Per version at level L: error correction words per block, blocks of the first size, data words in each, blocks with one more. */
const VERSIONS: readonly (readonly [ecc: number, blocks: number, words: number, longer: number])[] = [
  [7, 1, 19, 0],
  [10, 1, 34, 0],
  [15, 1, 55, 0],
  [20, 1, 80, 0],
  [26, 1, 108, 0],
  [18, 2, 68, 0],
  [20, 2, 78, 0],
  [24, 2, 97, 0],
  [30, 2, 116, 0],
  [18, 2, 68, 2],
];
/** Centres of the alignment patterns per version. */
const ALIGNMENT: readonly (readonly number[])[] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
];

type Grid = (boolean | undefined)[][];

/** The code as `data:image/png;base64,…`. */
export function qrCodeDataUri(text: string): string {
  return `data:image/png;base64,${drawPng(qrCode(text)).toString('base64')}`;
}

/** Rows of dark (true) and light modules, without the quiet zone. */
export function qrCode(text: string): boolean[][] {
  const bytes = Buffer.from(text);
  const version = VERSIONS.findIndex((_row, index) => capacity(index + 1) >= bytes.length) + 1;
  if (version === 0) throw new RangeError(`${bytes.length} bytes do not fit a QR code of version 10`);
  const grid = functionPatterns(version);
  const reserved = grid.map((row) => row.map((module) => module !== undefined));
  placeData(grid, interleaved(version, dataWords(version, bytes)));
  const masked = MASKS.map((_mask, index) => withMask(grid, reserved, index));
  masked.sort((a, b) => penalty(a) - penalty(b));
  return masked[0] ?? [];
}

function rowOf(version: number): readonly [number, number, number, number] {
  return VERSIONS[version - 1] ?? [0, 0, 0, 0];
}

function dataCount(version: number): number {
  const [, blocks, words, longer] = rowOf(version);
  return blocks * words + longer * (words + 1);
}

function capacity(version: number): number {
  return dataCount(version) - (version < 10 ? 2 : 3);
}

/** Mode, length, bytes, terminator and padding. */
function dataWords(version: number, bytes: Uint8Array): number[] {
  const bits: number[] = [];
  const push = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  push(0b0100, 4);
  push(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) push(byte, 8);
  push(0, Math.min(4, dataCount(version) * 8 - bits.length));
  while (bits.length % 8 !== 0) bits.push(0);
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8) words.push(Number.parseInt(bits.slice(at, at + 8).join(''), 2));
  for (let pad = 0; words.length < dataCount(version); pad ^= 1) words.push(pad === 0 ? 0xec : 0x11);
  return words;
}

/** Data and error correction words of all blocks, word by word in turn. */
function interleaved(version: number, data: readonly number[]): number[] {
  const [ecc, blocks, words, longer] = rowOf(version);
  const parts: number[][] = [];
  let at = 0;
  for (let block = 0; block < blocks + longer; block++) {
    const size = block < blocks ? words : words + 1;
    parts.push(data.slice(at, at + size));
    at += size;
  }
  const corrections = parts.map((part) => reedSolomon(part, ecc));
  const turn = (lists: number[][], length: number) =>
    Array.from({ length }, (_, index) => lists.flatMap((list) => list[index] ?? [])).flat();
  return [...turn(parts, words + 1), ...turn(corrections, ecc)];
}

/** Product in GF(256) of the QR code, modulus x^8+x^4+x^3+x^2+1. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((b >> bit) & 1) * a;
  }
  return product;
}

function reedSolomon(data: readonly number[], degree: number): number[] {
  const divisor: number[] = [...new Array<number>(degree - 1).fill(0), 1];
  let root = 1;
  for (let step = 0; step < degree; step++) {
    for (let at = 0; at < degree; at++) divisor[at] = times(divisor[at] ?? 0, root) ^ (divisor[at + 1] ?? 0);
    root = times(root, 2);
  }
  const rest = new Array<number>(degree).fill(0);
  for (const word of data) {
    const factor = word ^ (rest.shift() ?? 0);
    rest.push(0);
    for (let at = 0; at < degree; at++) rest[at] = (rest[at] ?? 0) ^ times(divisor[at] ?? 0, factor);
  }
  return rest;
}

/** Finders, timing, alignment and version; format bits are reserved and set with the mask. */
function functionPatterns(version: number): Grid {
  const size = version * 4 + 17;
  const grid: Grid = Array.from({ length: size }, () => new Array<boolean | undefined>(size).fill(undefined));
  const set = (x: number, y: number, dark: boolean) => {
    const row = grid[y];
    if (row && x >= 0 && x < size) row[x] = dark;
  };
  for (let at = 0; at < size; at++) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [cx, cy] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    square(4, (dx, dy, ring) => set(cx + dx, cy + dy, ring !== 2 && ring !== 4));
  }
  const centres = ALIGNMENT[version - 1] ?? [];
  const last = centres.length - 1;
  for (const [i, x] of centres.entries()) {
    for (const [j, y] of centres.entries()) {
      const atFinder = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
      if (!atFinder) square(2, (dx, dy, ring) => set(x + dx, y + dy, ring !== 1));
    }
  }
  for (const { x, y } of formatPlaces(size)) set(x, y, false);
  set(8, size - 8, true);
  if (version >= 7) versionBits(version, size, set);
  return grid;
}

function square(radius: number, visit: (dx: number, dy: number, ring: number) => void): void {
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) visit(dx, dy, Math.max(Math.abs(dx), Math.abs(dy)));
  }
}

function versionBits(version: number, size: number, set: (x: number, y: number, dark: boolean) => void): void {
  let rest = version;
  for (let step = 0; step < 12; step++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let at = 0; at < 18; at++) {
    const dark = ((bits >> at) & 1) === 1;
    const long = size - 11 + (at % 3);
    const short = Math.floor(at / 3);
    set(long, short, dark);
    set(short, long, dark);
  }
}

/** The places of the 15 format bits, twice, lowest bit first. */
function formatPlaces(size: number): { x: number; y: number; bit: number }[] {
  const places: { x: number; y: number; bit: number }[] = [];
  for (let bit = 0; bit < 15; bit++) {
    const up = bit < 6 ? bit : bit < 8 ? bit + 1 : undefined;
    if (up !== undefined) places.push({ x: 8, y: up, bit });
    else places.push({ x: bit === 8 ? 7 : 14 - bit, y: 8, bit });
    if (bit < 8) places.push({ x: size - 1 - bit, y: 8, bit });
    else places.push({ x: 8, y: size - 15 + bit, bit });
  }
  return places;
}

/** Two columns at a time from the right, up and down in turn, around what is taken. */
function placeData(grid: Grid, words: readonly number[]): void {
  const size = grid.length;
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      for (const x of [right, right - 1]) {
        const upward = ((right + 1) & 2) === 0;
        const row = grid[upward ? size - 1 - step : step];
        if (!row || row[x] !== undefined) continue;
        row[x] = (((words[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1;
        at++;
      }
    }
  }
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function withMask(grid: Grid, reserved: readonly boolean[][], index: number): boolean[][] {
  const mask = MASKS[index];
  const rows = grid.map((row, y) =>
    row.map((dark, x) => (dark ?? false) !== (reserved[y]?.[x] !== true && mask?.(x, y) === true)),
  );
  // level L is 01
  let rest = (0b01 << 3) | index;
  for (let step = 0; step < 10; step++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((((0b01 << 3) | index) << 10) | rest) ^ 0x5412;
  for (const { x, y, bit } of formatPlaces(rows.length)) {
    const row = rows[y];
    if (row) row[x] = ((bits >> bit) & 1) === 1;
  }
  return rows;
}

/** Runs of one colour and the share of dark modules: enough of the standard's rules to pick a readable mask. */
function penalty(rows: readonly boolean[][]): number {
  const columns = rows.map((_row, x) => rows.map((row) => row[x] === true));
  const runs = [...rows, ...columns].reduce((sum, line) => sum + runPenalty(line), 0);
  const dark = rows.flat().filter(Boolean).length;
  return runs + Math.floor(Math.abs((dark * 20) / rows.length ** 2 - 10)) * 10;
}

function runPenalty(line: readonly boolean[]): number {
  let sum = 0;
  let run = 0;
  for (const [at, dark] of line.entries()) {
    run = at > 0 && dark === line[at - 1] ? run + 1 : 1;
    if (run === 5) sum += 3;
    else if (run > 5) sum++;
  }
  return sum;
}

/** One bit per pixel, four pixels per module, four modules of quiet zone. */
function drawPng(modules: readonly boolean[][]): Buffer {
  const scale = 4;
  const quiet = 4;
  const size = (modules.length + 2 * quiet) * scale;
  const stride = 1 + Math.ceil(size / 8);
  const pixels = Buffer.alloc(stride * size, 0xff);
  for (let y = 0; y < size; y++) {
    pixels[y * stride] = 0;
    const row = modules[Math.floor(y / scale) - quiet] ?? [];
    for (let x = 0; x < size; x++) {
      if (row[Math.floor(x / scale) - quiet] !== true) continue;
      const place = y * stride + 1 + (x >> 3);
      pixels[place] = (pixels[place] ?? 0) & ~(0x80 >> (x & 7));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header[8] = 1;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(pixels)), chunk('IEND')]);
}

function chunk(type: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
