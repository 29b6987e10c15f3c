/** A text as the bytes of a file: mostly UTF-8, at times broken, cut or in another encoding. */
import type { Random } from './random.ts';

export function bytesOf(text: string, random: Random): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const at = random.below(bytes.length + 1);
  switch (random.below(20)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([random.below(256)]), bytes.subarray(at)]);
    case 2:
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 3:
      return Buffer.from(text, 'latin1');
    default:
      return bytes;
  }
}
