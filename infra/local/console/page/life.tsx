import { GroupView } from './group-view.tsx';
import { groups } from './state.ts';

export const Life = () => (
  <section aria-labelledby="life-title" id="life" tabIndex={-1}>
    <h2 id="life-title">The life of every request</h2>
    {groups.value.length === 0 && (
      <p class="empty">
        Nothing has been asked for yet. Play <strong>The storm</strong>, press <strong>Pay</strong>, or send a request
        with curl: each becomes a lane here.
      </p>
    )}
    {groups.value.map(({ group, lanes }) => (
      <GroupView key={group.value.id} group={group} lanes={lanes} />
    ))}
  </section>
);
