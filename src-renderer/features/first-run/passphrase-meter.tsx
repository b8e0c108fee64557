import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Meter } from '../../ui/labels/meter.tsx';
import type { Tone } from '../../ui/theme/tone.ts';
import { messages } from './messages.ts';
import type { Estimate, Strength } from './strength.ts';

export const LEAST_LENGTH = 8;
/** Between keystrokes there is nothing to say. */
const PAUSE_MS = 150;

const LOOKS: Record<Strength, { readonly share: number; readonly tone: Tone }> = {
  weak: { share: 0.25, tone: 'danger' },
  fair: { share: 0.5, tone: 'warn' },
  good: { share: 0.75, tone: 'accent' },
  strong: { share: 1, tone: 'ok' },
};
const NOTHING = { share: 0, tone: 'neutral' } as const;

interface PassphraseMeterProps {
  /** Reads the field, so that what is typed is kept nowhere else. */
  readonly read: () => string;
  /** Grows with every keystroke. */
  readonly typed: number;
}

/** How strong a passphrase is, as a bar and in words. */
export function PassphraseMeter({ read, typed }: PassphraseMeterProps) {
  const [estimate, setEstimate] = useState<Estimate | null>(null);
  useEffect(() => {
    let isWanted = true;
    const look = async () => {
      const { estimate: estimateOf } = await import('./strength.ts');
      const text = read();
      if (isWanted) setEstimate(text === '' ? null : estimateOf(text));
    };
    const timer = setTimeout(() => void look(), typed === 0 ? 0 : PAUSE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [read, typed]);
  const words = messages.create.strength;
  return (
    <div style={{ marginTop: 8 }}>
      <Meter {...(estimate === null ? NOTHING : LOOKS[estimate.strength])} />
      <Text size="xs" c="dimmed" mt={4} mih={34} aria-live="polite">
        {estimate === null
          ? words.empty
          : [words[estimate.strength], estimate.advice].filter((part) => part !== '').join(' ')}
      </Text>
    </div>
  );
}
