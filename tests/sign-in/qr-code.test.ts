import { expect, test } from 'vitest';
import { qrCode } from '../../src/emulator/idx/qr-code.ts';

/** Read back by jsQR 1.4.0 as `otpauth`; so were texts of each length that fills versions 1 to 10. */
const OTPAUTH = [
  '#######..#.##.#######',
  '#.....#..###..#.....#',
  '#.###.#.##.##.#.###.#',
  '#.###.#..#.#..#.###.#',
  '#.###.#...#.#.#.###.#',
  '#.....#.....#.#.....#',
  '#######.#.#.#.#######',
  '........##.##........',
  '###.########.##...#..',
  '#.#.#....#....##....#',
  '..#..###..#.#...#.###',
  '#......#.##...##....#',
  '##.#..##..#.#.#..#.#.',
  '........####.#.###.##',
  '#######.#..#.####.###',
  '#.....#.#..###.#....#',
  '#.###.#.####.####..##',
  '#.###.#.......#.##.#.',
  '#.###.#.###.#..####.#',
  '#.....#.#.#...#....#.',
  '#######.##..#.####.##',
];

test('draws what a reader reads', () => {
  expect(qrCode('otpauth').map((row) => row.map((dark) => (dark ? '#' : '.')).join(''))).toEqual(OTPAUTH);
});

test.each([
  { bytes: 17, size: 21 },
  { bytes: 18, size: 25 },
  { bytes: 134, size: 41 },
  { bytes: 135, size: 45 },
  { bytes: 271, size: 57 },
])('$bytes bytes take $size modules', ({ bytes, size }) => {
  expect(qrCode('x'.repeat(bytes)).length).toBe(size);
});

test('refuses what does not fit', () => {
  expect(() => qrCode('x'.repeat(272))).toThrow('272 bytes do not fit');
});
