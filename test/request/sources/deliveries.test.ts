import { describe, expect, it } from 'vitest';
import { textOfArgument } from '../../../functions/idempotency/request/fingerprint.ts';
import { hasEventFields } from '../../../functions/idempotency/request/sources/genuine.ts';
import { recordsOf } from '../../../functions/idempotency/request/sources/records-of.ts';
import { keyOfSource, unnamedReason } from '../../../functions/idempotency/request/sources/source-event.ts';
import { changed, fixture, partOf, type Sample } from '../fixture.ts';
import { deliveries } from './deliveries.ts';

const sampleOf = ({ name, record }: { name: string; record?: string }): Sample => partOf(fixture(name), record);

const fingerprint = (event: unknown): string => textOfArgument(event);

describe.each(deliveries)('an event of $name', ({ key, redelivered, content, ...sample }) => {
  const event = (changes = {}) => changed(sampleOf(sample), changes);

  it('has the same key and the same fingerprint however often it is delivered', () => {
    expect(keyOfSource(event())).toEqual(key);
    expect(keyOfSource(event(redelivered))).toEqual(key);
    expect(fingerprint(event(redelivered))).toBe(fingerprint(event()));
  });

  it('has the same fingerprint as an argument beside a key, where a caller may have sent what looks like one', () => {
    const argument = (changes = {}) =>
      textOfArgument(event(changes), (record, source) => hasEventFields(record, source, true));
    expect(argument(redelivered)).toBe(argument());
    expect(argument(content)).not.toBe(argument());
  });

  it('has another fingerprint with another content', () => {
    expect(fingerprint(event(content))).not.toBe(fingerprint(event()));
  });

  it('has another fingerprint with a field that nobody knows yet', () => {
    const record = (recordsOf(event())?.[0] ?? event()) as Sample;
    expect(fingerprint({ ...record, somethingNew: 1 })).not.toBe(fingerprint(record));
  });
});

describe.each(deliveries.filter(({ key }) => key))('an event of $name', ({ key, another, content, ...sample }) => {
  it('has another key than the next one', () => {
    const next = keyOfSource(changed(sampleOf(sample), another ?? {}));
    expect(next).toHaveLength(key?.length ?? 0);
    expect(next).not.toEqual(key);
  });
});

describe('an event without an id of its own', () => {
  it.each([
    ['s3-lifecycle', /no `sequencer`.*`key`/],
    ['web-socket-iam', /WebSocket.*`key`/],
    ['app-sync-lambda', /AppSync.*`key`/],
    ['bedrock-agent', /no id that the library knows.*`key`/],
    ['kafka-self-managed', /2 records.*makeIdempotent.*`key`/],
  ])('is refused with the reason and the cure: %s', (name, reason) => {
    expect(keyOfSource(fixture(name))).toBeUndefined();
    expect(unnamedReason(fixture(name))).toMatch(reason);
  });

  it.each([
    [
      'a message of RabbitMQ',
      changed(fixture('rabbit-mq'), { 'rmqMessagesByQueue/orders::~/0/basicProperties/messageId': null }),
      /producer/,
    ],
    ['the context of Step Functions', changed(fixture('step-functions'), { Task: {} }), /\$\$\.Task/],
    ['an order', { orderId: 'o-1' }, /no id that the library knows/],
    ['nothing', undefined, /no id that the library knows/],
    ['no records', { Records: [] }, /no id that the library knows/],
    ['a list', [{ orderId: 'o-1' }], /no id that the library knows/],
    [
      'a source called like a member of Object',
      { Records: [{ eventSource: 'toString' }] },
      /no id that the library knows/,
    ],
  ])('is refused with the reason and the cure: %s', (_case, event, reason) => {
    expect(keyOfSource(event)).toBeUndefined();
    expect(unnamedReason(event)).toMatch(reason);
    expect(unnamedReason(event)).toContain('Pass the option `key`');
  });
});
