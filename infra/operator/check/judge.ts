import { NotTried } from './not-tried.ts';
import type { Breach, Evidence, Rule } from './rules/rule.ts';
import { rules } from './rules/rules.ts';

export type Verdict =
  | { result: 'passed' }
  | ({ result: 'failed' } & Breach)
  /** Never a pass: `reason` says what it lacks. */
  | { result: 'not tried'; reason: string };

export interface Judged {
  rule: Rule;
  verdict: Verdict;
}

export const judgeAll = (evidence: Evidence): Judged[] =>
  rules.map((rule) => ({ rule, verdict: judge(rule, evidence) }));

const judge = (rule: Rule, evidence: Evidence): Verdict => {
  try {
    const found = rule.judge(evidence);
    return found ? { result: 'failed', ...found } : { result: 'passed' };
  } catch (error) {
    if (error instanceof NotTried) return { result: 'not tried', reason: error.message };
    throw error;
  }
};
