import { useSignal } from '@preact/signals';
import type { Accidents, CallKind } from '../protocol.ts';
import { endLease, killFunctions, planAccidents } from './commands.ts';
import { accidents, tables } from './state.ts';

const callNames: Record<CallKind, string> = { claim: 'claim', completion: 'completion', any: 'call' };

const Choice = <Value extends string>({
  name,
  legend,
  values,
  value,
  choose,
}: {
  name: string;
  legend: string;
  values: readonly Value[];
  value: Value;
  choose: (value: Value) => void;
}) => (
  <fieldset class="choice set">
    <legend>{legend}</legend>
    {values.map((each) => (
      <label key={each}>
        <input type="radio" name={name} checked={value === each} onChange={() => choose(each)} />
        <span>{each}</span>
      </label>
    ))}
  </fieldset>
);

/** What is planned, in words. */
const plannedOf = ({ table, provider, nextCall, nextAnswer, nextCharge }: Accidents): string[] => [
  ...(table === 'normal' ? [] : [`the table is ${table}`]),
  ...(provider === 'normal' ? [] : [`the provider is ${provider}`]),
  ...(nextCall
    ? [
        `the next ${callNames[nextCall.of]} is lost ${nextCall.lost === 'after' ? 'after it was applied' : 'on its way'}`,
      ]
    : []),
  ...(nextAnswer ? ['the next answer is lost'] : []),
  ...(nextCharge ? ['the next function that charges dies'] : []),
];

const nothing: Accidents = {
  table: 'normal',
  provider: 'normal',
  nextCall: null,
  nextAnswer: false,
  nextCharge: false,
};

export const AccidentsPanel = () => {
  const of = useSignal<CallKind>('claim');
  const current = accidents.value ?? nothing;
  const planned = plannedOf(current);
  const held = (tables.value?.records ?? []).filter(({ status }) => status === 'IN_PROGRESS');
  return (
    <section aria-labelledby="accidents-title" class="accidents">
      <h2 id="accidents-title">Accidents</h2>
      <div class="buttons">
        <button type="button" class="danger" onClick={() => void killFunctions()}>
          Kill what runs now
        </button>
        <button type="button" onClick={() => void planAccidents({ nextCharge: true })}>
          Die after the next charge
        </button>
        <button type="button" onClick={() => void planAccidents({ nextAnswer: true })}>
          Lose the next answer
        </button>
        <button type="button" onClick={() => held.forEach(({ id }) => void endLease(id))}>
          Let every lease end
        </button>
      </div>
      <div class="buttons">
        <label class="select">
          <span>Of the table’s next</span>
          <select onChange={({ currentTarget: { value } }) => (of.value = value as CallKind)}>
            {Object.entries(callNames).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => void planAccidents({ nextCall: { of: of.value, lost: 'after' } })}>
          lose the answer
        </button>
        <button type="button" onClick={() => void planAccidents({ nextCall: { of: of.value, lost: 'before' } })}>
          lose the call
        </button>
      </div>
      <Choice
        name="table"
        legend="Table"
        values={['normal', 'slow', 'throttled'] as const}
        value={current.table}
        choose={(table) => void planAccidents({ table })}
      />
      <Choice
        name="provider"
        legend="Provider"
        values={['normal', 'slow', 'failing'] as const}
        value={current.provider}
        choose={(provider) => void planAccidents({ provider })}
      />
      <p class="planned" role="status">
        {planned.length === 0 ? 'Nothing is planned to go wrong.' : `Planned: ${planned.join('; ')}.`}
      </p>
      {planned.length > 0 && (
        <button type="button" onClick={() => void planAccidents(nothing)}>
          Nothing goes wrong
        </button>
      )}
    </section>
  );
};
