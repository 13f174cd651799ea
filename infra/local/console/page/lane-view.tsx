import { type Signal, useSignal } from '@preact/signals';
import type { CSSProperties } from 'preact';
import type { Lane, LaneEnd, Mark, MarkKind, Phase } from '../protocol.ts';
import { answerWords, laneWords, storyOf } from './lane-words.ts';

const endSigns: Record<LaneEnd, string> = {
  done: '✓',
  replayed: '↺',
  refused: '✕',
  failed: '!',
  killed: '†',
  unanswered: '?',
};

/** What is seen on a lane; the rest is in its story. */
const markSigns: Partial<Record<MarkKind, string>> = {
  charged: '€',
  'charge-known': '=',
  'charge-failed': '!',
  ordered: '▪',
  killed: '†',
  lost: '?',
  throttled: '!',
  'taken-over': '↷',
  'completion-refused': '✕',
  'lease-ended': '⌛',
};

const at = (fromMs: number, toMs?: number): CSSProperties =>
  ({ '--from': fromMs, '--to': toMs ?? 'var(--now)' }) as CSSProperties;

const PhaseView = ({ phase, startMs }: { phase: Phase; startMs: number }) => {
  const { kind, fromMs, toMs, attempt } = phase;
  return (
    <span class={`phase ${kind}`} style={at(fromMs - startMs, toMs === undefined ? undefined : toMs - startMs)}>
      {kind === 'running' && attempt !== undefined && <span class="label">attempt {attempt}</span>}
      {kind === 'unguarded' && <span class="label">runs</span>}
    </span>
  );
};

const MarkView = ({ mark: { kind, atMs }, startMs }: { mark: Mark; startMs: number }) =>
  markSigns[kind] === undefined ? null : (
    <span class={`mark ${kind}`} style={at(atMs - startMs)}>
      {markSigns[kind]}
    </span>
  );

/** A lease outlives a run that was killed: until then nobody else may. */
const LeaseView = ({ lane, startMs }: { lane: Lane; startMs: number }) => {
  const { answer, endedMs, leaseExpiresAtMs } = lane;
  if (answer?.end !== 'killed' || endedMs === undefined || leaseExpiresAtMs === undefined) return null;
  return (
    <span class="phase lease" style={at(endedMs - startMs, leaseExpiresAtMs - startMs)}>
      <span class="label">its lease still holds</span>
    </span>
  );
};

export const LaneView = ({ lane, startMs }: { lane: Signal<Lane>; startMs: number }) => {
  const open = useSignal(false);
  const { id, number, caller, answer, phases, marks } = lane.value;
  const toggle = () => {
    open.value = !open.value;
  };
  return (
    <li class="lane" data-lane={number} data-end={answer?.end ?? 'live'}>
      <button
        type="button"
        class="lane-button"
        aria-expanded={open.value}
        aria-controls={open.value ? `story-${id}` : undefined}
        onClick={toggle}
      >
        <span class="who">
          <span class="hidden">Request </span>
          {number} {caller ?? ''}
        </span>
        <span class="hidden">{laneWords(lane.value)}</span>
        <span class="line" aria-hidden="true">
          {phases.map((phase) => (
            <PhaseView key={`${phase.kind} ${phase.fromMs}`} phase={phase} startMs={startMs} />
          ))}
          <LeaseView lane={lane.value} startMs={startMs} />
          {marks.map((mark) => (
            <MarkView key={`${mark.kind} ${mark.atMs}`} mark={mark} startMs={startMs} />
          ))}
        </span>
        <span class={`answer ${answer?.end ?? 'live'}`}>
          {answer ? (
            <>
              <i aria-hidden="true">{endSigns[answer.end]}</i> {answerWords(answer)}
            </>
          ) : (
            <span aria-hidden="true">…</span>
          )}
        </span>
      </button>
      {open.value && (
        <ol class="story" id={`story-${id}`}>
          {storyOf(lane.value).map(({ afterMs, says }, index) => (
            <li key={`${index} ${says}`}>
              <span class="soft time">{afterMs} ms</span> {says}
            </li>
          ))}
        </ol>
      )}
    </li>
  );
};
