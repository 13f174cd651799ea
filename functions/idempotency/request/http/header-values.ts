import { type Fields, field, isObject } from '../../base/fields.ts';
import { wrongType } from '../../base/refusals.ts';
import { eventFields } from './event-fields.ts';
import { isSent } from './sent-or-set.ts';

/**
 * Every value of a header of an HTTP event, in whichever of the two places the service puts them; its name in any case. What a middleware
 * has set in `headers`, which handlers read, holds against what was sent. A load balancer has one of the two places, so where there are both,
 * something has made `headers`, and has taken nothing away.
 */
export const headerValues = (event: unknown, name: string): string[] => headerPlaces(event, name).values;

interface HeaderPlaces {
  values: string[];
  /** Those of the other place, if a middleware has set something else at one of them: some adapters read that. */
  replaced: string[];
  /** Whether it is in `headers` alone, though there are lists: some adapters read those. */
  isTakenFromLists: boolean;
}

export const headerPlaces = (event: unknown, name: string): HeaderPlaces => {
  const lists = eventFields(event, 'multiValueHeaders');
  const repeated = named(lists ?? {}, name.toLowerCase());
  const values = named(eventFields(event, 'headers') ?? {}, name.toLowerCase());
  const isTold = values.length > 0 ? values.every((value) => isSent(value, repeated)) : isBalanced(event);
  if (isTold) return { values: repeated, replaced: [], isTakenFromLists: false };
  const isTakenFromLists = lists !== undefined && repeated.length === 0 && values.length > 0;
  return { values, replaced: repeated, isTakenFromLists };
};

/** The values of headers whose names a middleware has spelled otherwise, such as `contentType`: what is sent so says nothing. */
export const headersAlike = (event: unknown, name: string): string[] => {
  const letters = (of: string) => of.replace(/[^a-z]/gi, '').toLowerCase();
  const headers = eventFields(event, 'headers') ?? {};
  return Object.keys(headers)
    .filter((other) => Math.abs(other.length - name.length) < 2 && other.toLowerCase() !== name)
    .filter((other) => letters(other) === letters(name))
    .flatMap((other) => named(headers, other.toLowerCase()));
};

/** What each spelling of a header's name says, where REST APIs tell several: a reader may know one of them. */
export const spellingsOf = (event: unknown, name: string): string[] => {
  const headers = eventFields(event, 'headers') ?? {};
  const names = Object.keys(headers).filter((other) => other.toLowerCase() === name);
  return names.length > 1 ? names.map((other) => `${other} ${headers[other]}`) : [];
};

/** Whether a load balancer sent the event. */
export const isBalanced = (event: unknown): boolean => isObject(field(field(event, 'requestContext'), 'elb'));

const named = (headers: Fields, wanted: string): string[] =>
  Object.keys(headers)
    .filter((name) => name.length === wanted.length && name.toLowerCase() === wanted)
    .flatMap((name) => headers[name] ?? [])
    .map((value) => {
      if (typeof value !== 'string') throw wrongType(`The header ${wanted}`, 'text');
      return value;
    });
