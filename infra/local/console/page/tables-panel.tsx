import type { ComponentChildren } from 'preact';
import type { RecordView } from '../protocol.ts';
import { now } from './clock.ts';
import { endLease } from './commands.ts';
import { laneNumbers, tables } from './state.ts';

const money = (amount: number, currency: string): string => `${(amount / 100).toFixed(2)} ${currency}`;

const statusWords: Record<string, string> = {
  ISSUED: 'issued',
  IN_PROGRESS: 'in progress',
  RELEASED: 'released',
  COMPLETED: 'completed',
};

const Lease = ({ record: { id, claimedAtMs = 0, leaseExpiresAtMs = 0 } }: { record: RecordView }) => {
  const leftMs = leaseExpiresAtMs - now.value;
  const share = Math.max(0, Math.min(1, leftMs / Math.max(1, leaseExpiresAtMs - claimedAtMs)));
  return (
    <div class="record-lease">
      <p>
        {leftMs > 0 ? (
          <>
            lease ends in <strong>{(leftMs / 1000).toFixed(1)} s</strong>
          </>
        ) : (
          <strong>lease has ended: the next one takes over</strong>
        )}
        <button type="button" class="link" onClick={() => void endLease(id)}>
          end it now
        </button>
      </p>
      <span class="meter" aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  );
};

const RecordItem = ({ record }: { record: RecordView }) => {
  const { id, operation, status, owner, attempt, previous, answer } = record;
  const lane = owner === undefined ? undefined : laneNumbers.value.get(owner);
  return (
    <li class={`record ${status.toLowerCase()}`} data-status={status}>
      <p class="record-head">
        <span class="operation" title={id}>
          {operation}
        </span>
        <span class={`badge ${status.toLowerCase()}`}>{statusWords[status] ?? status}</span>
      </p>
      <p class="facts">
        {attempt !== undefined && <span>attempt {attempt}</span>}
        {previous !== undefined && <span class="previous">before: {previous}</span>}
        {owner !== undefined && (
          <span title={owner}>owner {lane === undefined ? owner.slice(0, 8) : `request ${lane}`}</span>
        )}
      </p>
      {status === 'IN_PROGRESS' && <Lease record={record} />}
      {answer !== undefined && (
        <p class="kept" title={answer}>
          answer <code>{answer}</code>
        </p>
      )}
    </li>
  );
};

const List = ({
  name,
  total,
  shown,
  children,
}: {
  name: string;
  total: number;
  shown: number;
  children: ComponentChildren;
}) => (
  <section class="list" aria-label={name} data-list={name.toLowerCase()}>
    <h3>
      {name} <span class="count">{total}</span>
    </h3>
    {total === 0 ? <p class="empty">none yet</p> : <ul>{children}</ul>}
    {total > shown && <p class="soft">and {total - shown} older ones</p>}
  </section>
);

const few = 6;

export const TablesPanel = () => {
  const found = tables.value;
  if (!found) return <p class="empty">The tables are being read …</p>;
  const { records, charges, payments, orders, guards, stock, totals } = found;
  return (
    <section aria-labelledby="tables-title">
      <h2 id="tables-title">In the tables now</h2>
      <List name="Records" total={totals.records} shown={Math.min(few, records.length)}>
        {records.slice(0, few).map((record) => (
          <RecordItem key={record.id} record={record} />
        ))}
      </List>
      <List name="Charges" total={totals.charges} shown={Math.min(few, charges.length)}>
        {charges.slice(0, few).map(({ key, amount, currency, times, order }) => (
          <li key={key} class="row">
            <span>{money(amount, currency)}</span>
            <span class="soft">for {order.slice(0, 12)}</span>
            {times > 1 && <span class="soft">asked {times} times</span>}
          </li>
        ))}
      </List>
      <List name="Payments" total={totals.payments} shown={Math.min(few, payments.length)}>
        {payments.slice(0, few).map(({ paymentId, orderId, amount, currency, userId }) => (
          <li key={paymentId} class="row">
            <span>{money(amount, currency)}</span>
            <span class="soft">
              for {orderId.slice(0, 12)} by {userId}
            </span>
          </li>
        ))}
      </List>
      <List name="Orders" total={totals.orders} shown={Math.min(few, orders.length)}>
        {orders.slice(0, few).map(({ orderId, orderNo, userId }) => (
          <li key={orderId} class="row">
            <span>{orderNo}</span>
            <span class="soft">by {userId}</span>
          </li>
        ))}
      </List>
      <List name="Guards" total={totals.guards} shown={Math.min(few, guards.length)}>
        {guards.slice(0, few).map(({ id, guards: says }) => (
          <li key={id} class="row" title={id}>
            <span class="soft">{says}</span>
          </li>
        ))}
      </List>
      <List name="Stock" total={stock.length} shown={stock.length}>
        {stock.map(({ sku, available }) => (
          <li key={sku} class="row" data-sku={sku}>
            <span>{sku}</span>
            <span>{available}</span>
          </li>
        ))}
      </List>
    </section>
  );
};
