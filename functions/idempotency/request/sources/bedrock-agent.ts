import { type Fields, isObject, textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/** Whether an agent calls an action group. */
export const isBedrockAgent = (event: Fields): boolean =>
  isObject(event['agent']) && [event['actionGroup'], event['sessionId']].every((text) => textOf(text) !== undefined);

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html */
export const bedrockAgent: Source = {
  key: () => ['bedrock-agent', undefined],
  delivery: [],
  unnamed:
    'An agent may well call the same action with the same parameters twice in one session, and gives the calls no id.',
};
