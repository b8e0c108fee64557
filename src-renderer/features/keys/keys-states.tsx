import { Button } from '@mantine/core';
import { IconKey, IconSearchOff } from '@tabler/icons-react';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { loadInventory } from '../../state/core/inventory.ts';
import { chooseEnvironment, openDialog, search } from '../../state/view.ts';
import { LoadFailed } from '../../ui/states/load-failed.tsx';
import { TrySandboxButton } from '../first-run/try-sandbox-button.tsx';
import classes from './keys-screen.module.css';
import { messages } from './messages.ts';

/** What the list is for, and the first step: the sandbox where there is no key at all. */
export function NoKeys({ env }: { readonly env: string | null }) {
  return (
    <div className={classes['state']}>
      <div className={classes['stateBox']}>
        <IconKey size={36} stroke={1.25} className={classes['icon']} aria-hidden />
        <h2>{env === null ? messages.noKeys.title : messages.noKeys.leadEnv(env)}</h2>
        {env === null && <p>{messages.noKeys.lead}</p>}
        {env === null && <TrySandboxButton />}
        {env === null && <p className={classes['small']}>{messages.noKeys.sandboxHint}</p>}
        <div className={classes['buttons']}>
          <Button variant="default" onClick={() => openDialog({ kind: 'add' })}>
            {messages.noKeys.add}
          </Button>
          <Button variant="default" onClick={() => openDialog({ kind: 'create' })}>
            {messages.noKeys.create}
          </Button>
          <Button variant="default" onClick={() => openDialog({ kind: 'import' })}>
            {messages.noKeys.import}
          </Button>
        </div>
      </div>
    </div>
  );
}

export function NoMatch({ query, env }: { readonly query: string; readonly env: string | null }) {
  return (
    <div className={classes['state']}>
      <div className={classes['stateBox']} role="status">
        <IconSearchOff size={36} stroke={1.25} className={classes['icon']} aria-hidden />
        <h2>{messages.noMatch.title(query)}</h2>
        <p>{env === null ? messages.noMatch.everywhere : messages.noMatch.inEnv(env)}</p>
        <div className={classes['buttons']}>
          <Button variant="default" onClick={() => search('')}>
            {messages.noMatch.clear}
          </Button>
          {env !== null && (
            <Button variant="default" onClick={() => chooseEnvironment(null)}>
              {messages.noMatch.allEnvs}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

export function KeysNotLoaded({ error }: { readonly error: ErrorView }) {
  return <LoadFailed title={messages.failed.title} problem={error} onRetry={() => void loadInventory()} />;
}
