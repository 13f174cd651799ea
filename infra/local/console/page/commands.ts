import { signal } from '@preact/signals';
import type { AccidentsChange, Press, SentAnswer } from '../protocol.ts';

/** What went wrong with the last thing that was asked for, if it did. */
export const failure = signal('');

async function ask<Answer>(command: string, body: object): Promise<Answer | undefined> {
  try {
    const response = await fetch(`/_console/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    failure.value = response.ok ? '' : String(answer.message);
    return response.ok ? answer : undefined;
  } catch {
    failure.value = 'The local run does not answer: start it again with npm start.';
    return undefined;
  }
}

export const press = (body: Press) => ask<{ groupId: string; answers: SentAnswer[] }>('press', body);
export const fetchToken = (caller: Press['caller']) => ask<{ token: string }>('token', { caller });
export const playStory = (name: string) => ask<{ groupId: string }>('story', { name });
export const planAccidents = (change: AccidentsChange) => ask('accidents', change);
export const killFunctions = () => ask<{ killed: number }>('kill', {});
export const endLease = (id: string) => ask<{ ended: boolean }>('end-lease', { id });
