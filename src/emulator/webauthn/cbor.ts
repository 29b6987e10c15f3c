/** As much of CBOR (RFC 8949) as WebAuthn needs: whole numbers, byte and text strings, arrays, maps, and the plain constants. */

export type Cbor = number | string | boolean | null | Buffer | Cbor[] | Map<Cbor, Cbor>;

/** WebAuthn nests four deep at most. */
const MAX_DEPTH = 8;

/** The first item in some bytes, and where it ends. @throws Error for anything else */
export function decodeCbor(bytes: Buffer, start = 0): { value: Cbor; end: number } {
  const reader = new Reader(bytes, start);
  const value = reader.item(0);
  return { value, end: reader.at };
}

class Reader {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  item(depth: number): Cbor {
    if (depth > MAX_DEPTH) throw new Error('CBOR is nested too deeply');
    const first = this.#take(1).readUInt8();
    const type = first >> 5;
    if (type === 7) return constant(first & 31);
    const count = this.#count(first & 31);
    switch (type) {
      case 0:
        return count;
      case 1:
        return -1 - count;
      case 2:
        return this.#take(count);
      case 3:
        return this.#take(count).toString('utf8');
      case 4:
        return this.#times(count, () => this.item(depth + 1));
      case 5:
        return new Map(this.#times(count, () => [this.item(depth + 1), this.item(depth + 1)] as const));
      default:
        throw new Error('CBOR holds a tag');
    }
  }

  #times<T>(count: number, read: () => T): T[] {
    // each item is a byte at least, so no length can make this longer than its bytes
    if (count > this.#bytes.length - this.at) throw new Error('CBOR ends too soon');
    return Array.from({ length: count }, read);
  }

  #count(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.#take(1).readUInt8();
    if (info === 25) return this.#take(2).readUInt16BE();
    if (info === 26) return this.#take(4).readUInt32BE();
    const count = info === 27 ? Number(this.#take(8).readBigUInt64BE()) : Number.NaN;
    if (!Number.isSafeInteger(count)) throw new Error('CBOR holds a length that is not supported');
    return count;
  }

  #take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.#bytes.length) throw new Error('CBOR ends too soon');
    const taken = this.#bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }
}

function constant(info: number): Cbor {
  if (info === 20 || info === 21) return info === 21;
  if (info === 22) return null;
  throw new Error('CBOR holds a value that is not supported');
}
