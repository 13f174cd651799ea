import { field, isObject, textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/** Whether a state passed the context object on. */
export const isStepFunctions = (event: Readonly<Record<string, unknown>>): boolean =>
  /^arn:[^:]+:states:/.test(textOf(field(event['Execution'], 'Id')) ?? '') && isObject(event['State']);

/**
 * The task token tells apart what one execution asks for several times, as in a loop or a map.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export const stepFunctions: Source = {
  key: ({ Execution, Task }) => ['states', textOf(field(Execution, 'Id')), textOf(field(Task, 'Token'))],
  delivery: [
    'Execution.Id',
    'Execution.Name',
    'Execution.StartTime',
    'Execution.RedriveCount',
    'Execution.RedriveTime',
    'State.EnteredTime',
    'State.RetryCount',
    'Task.Token',
  ],
  unnamed:
    'This event has the context object of Step Functions, but no task token: have the state pass on `"Task.$": "$$.Task"`.',
};
