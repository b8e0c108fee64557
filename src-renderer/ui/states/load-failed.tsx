import { Button } from '@mantine/core';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import classes from './empty-state.module.css';
import { messages } from '../text/messages.ts';
import { Problem } from './problem.tsx';

interface LoadFailedProps {
  readonly title: string;
  readonly problem: Pick<ErrorView, 'message' | 'hint'>;
  readonly onRetry: () => void;
}

/** A screen whose contents could not be had: why, and the way to try again. */
export function LoadFailed({ title, problem, onRetry }: LoadFailedProps) {
  return (
    <div className={classes['empty']}>
      <h2>{title}</h2>
      <Problem message={problem.message} hint={problem.hint} />
      <Button variant="default" onClick={onRetry}>
        {messages.loadAgain}
      </Button>
    </div>
  );
}
