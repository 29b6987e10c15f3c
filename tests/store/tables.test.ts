/** The tables under the org: reading on from a cursor, indexes, prefixes; and the bound of the System Log. */
import { describe, expect, it } from 'vitest';
import { createOrg } from '../../src/emulator/org.ts';
import { Collection, Relation } from '../../src/emulator/store/collection.ts';
import { recordEvent } from '../../src/emulator/system-log/record.ts';

interface Row {
  id: string;
  name: string;
}

function table(count: number): Collection<Row, 'name'> {
  const rows = new Collection<Row, 'name'>({ name: (row) => row.name }, (row) => [row.name]);
  for (let at = 0; at < count; at += 1) rows.put({ id: `r${at}`, name: `name${at}` });
  return rows;
}

const ids = (rows: Iterable<Row>) => [...rows].map((row) => row.id);

describe('a collection', () => {
  it('reads on behind a row, also behind one that was deleted', () => {
    const rows = table(5);
    expect(ids(rows.after('r2'))).toEqual(['r3', 'r4']);
    rows.delete('r2');
    expect(ids(rows.after('r2'))).toEqual(['r3', 'r4']);
    expect(ids(rows.after(undefined))).toEqual(['r0', 'r1', 'r3', 'r4']);
    expect(ids(rows.after('unknown'))).toHaveLength(4);
  });

  it('keeps the place of a replaced row, and puts one that comes back at the end', () => {
    const rows = table(3);
    rows.put({ id: 'r0', name: 'other' });
    expect(ids(rows.values())).toEqual(['r0', 'r1', 'r2']);
    rows.delete('r0');
    rows.put({ id: 'r0', name: 'again' });
    expect(ids(rows.values())).toEqual(['r1', 'r2', 'r0']);
    expect(rows.last()?.id).toBe('r0');
  });

  it('holds its order over many deletions', () => {
    const rows = table(5000);
    for (let at = 0; at < 4900; at += 1) rows.delete(`r${at}`);
    expect(rows.size).toBe(100);
    expect(ids(rows.after('r4990'))).toEqual(Array.from({ length: 9 }, (_, at) => `r${4991 + at}`));
    expect(rows.head(1)[0]?.id).toBe('r4900');
  });

  it('follows changed keys', () => {
    const rows = table(2);
    rows.put({ id: 'r0', name: 'name1' });
    expect(rows.findAll('name', 'name0')).toEqual([]);
    expect(ids(rows.findAll('name', 'name1'))).toEqual(['r1', 'r0']);
    rows.clear();
    expect(rows.count('name', 'name1')).toBe(0);
  });

  it('finds by the start of a text, in order, by few and by many', () => {
    const rows = table(2000);
    expect(ids(rows.startingWith('name199', undefined))).toEqual([
      'r199',
      ...Array.from({ length: 10 }, (_, at) => `r${1990 + at}`),
    ]);
    expect(ids(rows.startingWith('name199', 'r1995'))).toEqual(['r1996', 'r1997', 'r1998', 'r1999']);
    expect(ids(rows.startingWith('name', 'r1997'))).toEqual(['r1998', 'r1999']);
    rows.put({ id: 'r1999', name: 'other' });
    rows.delete('r1998');
    expect(ids(rows.startingWith('name199', 'r1995'))).toEqual(['r1996', 'r1997']);
    for (let round = 0; round < 3000; round += 1) rows.put({ id: 'r0', name: `x${round}` });
    expect(ids(rows.startingWith('x2999', undefined))).toEqual(['r0']);
  });
});

describe('a relation', () => {
  it('is read on from either side', () => {
    const members = new Relation();
    for (const user of ['a', 'b', 'c']) members.add('g', user);
    members.add('h', 'b');
    expect([...members.rightsOf('g').after('a')]).toEqual(['b', 'c']);
    members.removeRight('b');
    expect([...members.rightsOf('g')]).toEqual(['a', 'c']);
    expect(members.rightsOf('h').size).toBe(0);
    expect([...members.leftsOf('b')]).toEqual([]);
  });
});

describe('the System Log', () => {
  it('keeps the last 5,000 events', () => {
    const org = createOrg();
    for (let at = 1; at <= 5100; at += 1) recordEvent(org, { eventType: `test.${at}`, displayMessage: 'A test' });
    const events = org.store.logEvents.values();
    expect(events).toHaveLength(5000);
    expect(events[0]?.eventType).toBe('test.101');
    expect(events.at(-1)?.eventType).toBe('test.5100');
  });
});
