import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english, translations } from '@zxcvbn-ts/language-en';

// A chunk of its own with its dictionaries: loaded when the form for a new passphrase opens (passphrase-meter.tsx).

export type Strength = 'weak' | 'fair' | 'good' | 'strong';

export interface Estimate {
  readonly strength: Strength;
  /** Why it is weak and what helps, in English; empty where there is nothing to say. */
  readonly advice: string;
}

const estimator = new ZxcvbnFactory({
  dictionary: { ...common, ...english },
  graphs: adjacencyGraphs,
  translations,
});

/** What everybody who attacks a vault of ours tries first. */
const EXPECTED = ['keymolt', 'molt', 'vault', 'moltbot', 'moltbotden', 'moltbook'];

/** The rest makes it no weaker, and the estimate must keep up with typing. */
const MOST_CHARACTERS = 48;

// Powers of ten of guesses. The vault's key derivation allows about ten a second on one core: a year of a thousand
// cores is 3 × 10^11.
const LEAST: readonly (readonly [Strength, number])[] = [
  ['strong', 12],
  ['good', 9],
  ['fair', 6],
];

/** How hard a passphrase is to guess for who knows people, words and keyboards. */
export const estimate = (text: string): Estimate => {
  const { guessesLog10, feedback } = estimator.check(text.slice(0, MOST_CHARACTERS), EXPECTED);
  const strength = LEAST.find(([, least]) => guessesLog10 >= least)?.[0] ?? 'weak';
  const advice = [feedback.warning ?? '', ...feedback.suggestions].filter((line) => line !== '');
  return { strength, advice: strength === 'weak' || strength === 'fair' ? advice.join(' ') : '' };
};
