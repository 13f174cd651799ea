import { type Signal, useSignal } from '@preact/signals';
import type { Caller, Press } from '../protocol.ts';
import { fetchToken, press } from './commands.ts';
import { groups } from './state.ts';
import { counted, sumsOf } from './sums.ts';

type ShopCure = 'none' | 'key' | 'token' | 'order';

const titles: Record<ShopCure, { title: string; says: string }> = {
  none: { title: 'No protection', says: 'POST /payments, bare' },
  key: { title: 'idempotencyKey', says: 'POST /payments, a key' },
  token: { title: 'singleUseToken', says: 'POST /token/pay, a token' },
  order: { title: 'uniqueIndex', says: 'POST /orders, a number' },
};

const amount = 4200;
const atOnce = 20;

const newName = (prefix: string): string => `${prefix}-${crypto.randomUUID().slice(0, 4)}`;

/** Every lane that was about this order. */
const lanesOf = (order: string) =>
  groups.value.flatMap(({ lanes }) => lanes.value.map((lane) => lane.value)).filter((lane) => lane.order === order);

const Card = ({ cure, caller }: { cure: ShopCure; caller: Signal<Caller> }) => {
  const order = useSignal(newName(cure === 'order' ? 'no' : 'o'));
  const token = useSignal<string | undefined>(undefined);
  const { title, says } = titles[cure];
  const { requests, effects, effect } = sumsOf(cure, lanesOf(order.value));
  const verb = cure === 'order' ? 'Order' : 'Pay';
  const lacksToken = cure === 'token' && token.value === undefined;

  const send = (times: number, more: Partial<Press> = {}) => {
    if (lacksToken) return;
    void press({
      cure,
      times,
      caller: caller.value,
      order: order.value,
      amount,
      ...(cure === 'key' && { key: `key-of-${order.value}` }),
      ...(token.value !== undefined && { token: token.value }),
      ...more,
    });
  };

  return (
    <article class={`card ${cure}`} aria-label={title}>
      <h3>{title}</h3>
      <p class="soft">{says}</p>
      <p class="about">
        <code>{order.value}</code>
        <button
          type="button"
          class="link"
          onClick={() => {
            order.value = newName(cure === 'order' ? 'no' : 'o');
            token.value = undefined;
          }}
        >
          new<span class="hidden"> {cure === 'order' ? 'number' : 'order'}</span>
        </button>
      </p>
      <div class="buttons">
        {cure === 'token' && (
          <button
            type="button"
            onClick={async () => {
              token.value = (await fetchToken(caller.value))?.token;
            }}
          >
            {token.value === undefined ? 'Get token' : `Token ${token.value.slice(0, 4)}…`}
          </button>
        )}
        <button type="button" class="primary" aria-disabled={lacksToken} onClick={() => send(1)}>
          {verb}
        </button>
        <button type="button" aria-disabled={lacksToken} onClick={() => send(atOnce)}>
          <span class="hidden">{verb} </span>×{atOnce}
          <span class="hidden"> at once</span>
        </button>
        {cure === 'key' && (
          <button type="button" onClick={() => send(1, { amount: amount + 100 })}>
            <span class="hidden">Same key, </span>43.00
          </button>
        )}
        {cure === 'order' && (
          <button type="button" onClick={() => send(atOnce, { cure: 'order-none' })}>
            ×{atOnce} unguarded
          </button>
        )}
      </div>
      <p class={`sum ${effects > 1 ? 'bad' : ''}`} role="status">
        {counted(requests, 'request')} → <strong>{counted(effects, effect)}</strong>
      </p>
    </article>
  );
};

export const Shop = () => {
  const caller = useSignal<Caller>('Ada');
  return (
    <section aria-labelledby="shop-title">
      <div class="section-head">
        <h2 id="shop-title">The shop</h2>
        <fieldset class="choice">
          <legend>Who presses</legend>
          {(['Ada', 'Ben'] as const).map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="caller"
                checked={caller.value === name}
                onChange={() => {
                  caller.value = name;
                }}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div class="cards">
        {(Object.keys(titles) as ShopCure[]).map((cure) => (
          <Card key={cure} cure={cure} caller={caller} />
        ))}
      </div>
    </section>
  );
};
