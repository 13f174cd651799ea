import middy from '@middy/core';
import { combine, fromBody, fromPath, idempotencyKey, principalOf } from 'middy-idempotency';

/** Your business logic: who has which night. */
export const bookings = new Map<string, string>();

const book = async (event: { body: string }) => {
  const { night, guest } = JSON.parse(event.body);
  if (night < '2026') return { statusCode: 422, body: 'That night is over.' };
  if (bookings.has(night)) return { statusCode: 409, body: 'The room is taken.' };
  bookings.set(night, guest);
  return { statusCode: 201, body: JSON.stringify({ bookingId: crypto.randomUUID() }) };
};

export const handler = middy(book).use(
  idempotencyKey({
    key: combine(fromPath('roomId'), fromBody('night')), // no header: the request itself says what it is about
    scope: (event) => [principalOf(event), 'book'], // who, and for what
    fingerprint: fromBody('guest'), // the same room and night for another guest is another request: 422
    storeResponse: ({ statusCode }) => statusCode < 400, // a room that is taken may be free again later
    wait: { upToMs: 2000 }, // a duplicate waits for the answer of the one that is running
    retentionSeconds: 7 * 86_400,
  }),
);
