import { Button, Checkbox, Stack, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { Centered } from '../../ui/states/centered.tsx';
import { exactDate } from '../../ui/text/format.ts';
import { PrintSheet } from '../../ui/print-sheet.tsx';
import { Problem } from '../../ui/states/problem.tsx';
import classes from './first-run.module.css';
import { messages } from './messages.ts';

const words = messages.recovery;

interface RecoveryCodeProps {
  readonly code: string;
  /** There was another one before, which is void now. */
  readonly isRenewed: boolean;
  readonly home: string;
  readonly onWritten: () => void;
}

/** The one secret that is shown, this once. It leaves the page's memory when the person goes on. */
export function RecoveryCode({ code, isRenewed, home, onWritten }: RecoveryCodeProps) {
  const [written, setWritten] = useState(false);
  const [madeAt] = useState(() => new Date().toISOString());
  return (
    <Centered title={words.title} lead={isRenewed ? words.leadRenewed : words.lead} wide>
      <Stack gap="md">
        <p className={classes['code']} aria-label={words.label} role="group">
          {code}
        </p>
        <Text size="sm" c="dimmed" ta="center" className={classes['advice'] ?? ''}>
          {words.advice}
        </Text>
        {/* SECURITY: to the printer alone. No file is made of it on the way. */}
        <Button
          variant="default"
          leftSection={<IconPrinter size={18} stroke={1.5} aria-hidden />}
          onClick={() => window.print()}
        >
          {words.print}
        </Button>
        <Checkbox
          label={words.written}
          checked={written}
          onChange={(event) => setWritten(event.currentTarget.checked)}
        />
        <Button size="md" disabled={!written} onClick={onWritten}>
          {words.next}
        </Button>
      </Stack>
      <PrintSheet>
        <RecoveryKit code={code} home={home} madeAt={madeAt} />
      </PrintSheet>
    </Centered>
  );
}

/** SECURITY: an empty code on paper would be found out on the day that it is needed; so that there is none is said at once. */
export function NoRecoveryCode({ onDone }: { readonly onDone: () => void }) {
  return (
    <Centered title={words.missing.title} wide>
      <Stack gap="md">
        <Problem message={words.missing.message} hint={words.missing.hint} />
        <Button size="md" onClick={onDone}>
          {words.next}
        </Button>
      </Stack>
    </Centered>
  );
}

interface RecoveryKitProps {
  readonly code: string;
  readonly home: string;
  readonly madeAt: string;
}

function RecoveryKit({ code, home, madeAt }: RecoveryKitProps) {
  const { kit } = words;
  return (
    <article className={classes['kit']}>
      <h1>{kit.title}</h1>
      <p>{kit.lead}</p>
      <h2>{kit.code}</h2>
      <p className={classes['kitCode']}>{code}</p>
      <dl>
        <dt>{kit.vault}</dt>
        <dd>{home}</dd>
        <dt>{kit.made}</dt>
        <dd>{exactDate(madeAt)}</dd>
      </dl>
      <h2>{kit.steps}</h2>
      <ol>
        {kit.list.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p>
        <strong>{kit.warning}</strong>
      </p>
    </article>
  );
}
