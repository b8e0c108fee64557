import { Anchor, Button } from '@mantine/core';
import { openDialog } from '../../state/view.ts';
import { Centered } from '../../ui/states/centered.tsx';
import classes from './first-run.module.css';
import { messages } from './messages.ts';
import { TrySandboxButton } from './try-sandbox-button.tsx';

const words = messages.firstKey;

export function FirstKey({ onDone }: { readonly onDone: () => void }) {
  return (
    <Centered title={words.title} lead={words.lead} wide>
      <div className={classes['choices']}>
        <section className={classes['choice']}>
          <h2>{words.sandboxTitle}</h2>
          <p>{words.sandboxText}</p>
          <TrySandboxButton onDone={onDone} />
        </section>
        <section className={classes['choice']}>
          <h2>{words.addTitle}</h2>
          <p>{words.addText}</p>
          <Button
            variant="default"
            onClick={() => {
              onDone();
              openDialog({ kind: 'add' });
            }}
          >
            {words.add}
          </Button>
        </section>
        <Anchor component="button" type="button" size="sm" ta="center" onClick={onDone}>
          {words.skip}
        </Anchor>
      </div>
    </Centered>
  );
}
