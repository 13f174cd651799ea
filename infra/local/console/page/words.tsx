import type { ComponentChildren } from 'preact';

const Word = ({ name, sample, children }: { name: string; sample: string; children: ComponentChildren }) => (
  <div class="word">
    <dt>
      <span class={`sample ${sample}`} aria-hidden="true" />
      {name}
    </dt>
    <dd>{children}</dd>
  </div>
);

/** What the lanes show, which is what the library does. */
export const Words = () => (
  <section class="words" aria-label="What the lanes mean">
    <dl>
      <Word name="No protection" sample="unguarded">
        Nothing is remembered. Each request runs the handler, and each run charges the card.
      </Word>
      <Word name="Claim and lease" sample="claim">
        Before it runs, a request writes a record: <em>mine, until this time</em>. While that lease lasts, all others
        are refused.
      </Word>
      <Word name="Takeover" sample="takeover">
        A run died, and its lease has ended: the next request takes over, as attempt 2, and is told of the crash.
      </Word>
      <Word name="Replay" sample="replay">
        It is done: a repeat gets the first answer from the record. Nothing runs.
      </Word>
    </dl>
  </section>
);
