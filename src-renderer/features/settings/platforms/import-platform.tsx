import { notifications } from '@mantine/notifications';
import { useRef } from 'react';
import type { DefinitionPreview, PlatformView } from '../../../../src-shared/contract/views.ts';
import { ask } from '../../../bridge.ts';
import { loadInventory } from '../../../state/core/inventory.ts';
import { useKept } from '../../../state/kept.ts';
import { closeDialog } from '../../../state/view.ts';
import { formatList } from '../../../ui/text/format.ts';
import { takeSecret } from '../../../ui/text/secret-input.ts';
import { AskedPassphrase } from '../../dialogs/asked-passphrase.tsx';
import dialogClasses from '../../dialogs/dialog.module.css';
import { DialogForm, type Trouble } from '../../dialogs/dialog-form.tsx';
import { messages as settings } from '../messages.ts';
import classes from '../settings.module.css';
import { messages } from './messages.ts';

const words = messages.import;

/** A platform out of a file: the host asks which, the core reads it, and what it says is looked at before it is taken. */
export default function ImportPlatform() {
  const [chosen, setChosen] = useKept<DefinitionPreview | null>('dialog:definition', null);
  /** Why the core wants to know that it is the owner who asks. */
  const [why, setWhy] = useKept<string | null>('dialog:definition why', null);
  const field = useRef<HTMLInputElement>(null);

  const choose = async (): Promise<Trouble | null> => {
    const outcome = await ask((core) => core.platforms.chooseDefinition({}));
    if (!outcome.ok) {
      // What is no longer chosen is no longer shown.
      setChosen(null);
      return outcome.error;
    }
    if (outcome.result.chosen === null) return null;
    setChosen(outcome.result.chosen);
    setWhy(null);
    return null;
  };

  const take = async ({ id, platform }: DefinitionPreview): Promise<Trouble | null> => {
    const passphrase = why === null ? undefined : takeSecret(field.current);
    const outcome = await ask((core) =>
      core.platforms.importChosen({ id, ...(passphrase === undefined ? {} : { passphrase }) }),
    );
    passphrase?.fill(0);
    if (!outcome.ok) {
      if (outcome.error.code !== 'INPUT_REQUIRED') return { ...outcome.error, field: field.current };
      setWhy(outcome.error.message);
      return null;
    }
    closeDialog();
    notifications.show({ message: words.done(platform.name) });
    await loadInventory();
    return null;
  };

  return (
    <DialogForm
      title={words.title}
      size={560}
      lead={words.lead}
      submit={chosen === null ? words.choose : words.submit(chosen.platform.name)}
      send={() => (chosen === null ? choose() : take(chosen))}
      other={chosen === null ? undefined : { label: words.another, send: choose }}
    >
      {(busy) =>
        chosen !== null && (
          <>
            <Facts chosen={chosen} />
            {/* SECURITY: the core says when: where keys would go to a host that the platform did not have before. */}
            {why !== null && (
              <AskedPassphrase field={field} label={settings.passphrase} why={why} busy={busy} />
            )}
          </>
        )
      }
    </DialogForm>
  );
}

function Facts({ chosen }: { readonly chosen: DefinitionPreview }) {
  const { path, platform, header, replaces, same_name: sameName } = chosen;
  const { firebase_sign_in_url: signIn, firebase_token_url: tokens } = platform.settings;
  const warnings = [
    ...(replaces === null ? [] : [words.replaces(replaces.name, replaces.base_url)]),
    ...(sameName === null ? [] : [words.sameName(sameName)]),
  ];
  return (
    <>
      <dl className={classes['facts']} data-selectable="">
        <dt>{words.file}</dt>
        <dd className="mono">
          <bdi>{path}</bdi>
        </dd>
        <dt>{words.name}</dt>
        <dd>{platform.name}</dd>
        <dt>{words.id}</dt>
        <dd className="mono">{platform.id}</dd>
        <dt>{words.address}</dt>
        <dd className={platform.base_url === null ? undefined : 'mono'}>
          {platform.base_url ?? words.noAddress}
        </dd>
        <dt>{words.header}</dt>
        <dd className="mono">{header}</dd>
        {platform.can.sign_in && (
          <>
            <dt>{words.signIn}</dt>
            <dd className="mono">{signIn ?? messages.notSet}</dd>
            {tokens !== undefined && tokens !== signIn && (
              <>
                <dt>{words.tokens}</dt>
                <dd className="mono">{tokens}</dd>
              </>
            )}
          </>
        )}
        <dt>{words.rotation}</dt>
        <dd>{messages.rotation[platform.rotation]}</dd>
        <dt>{words.can}</dt>
        <dd>{abilities(platform)}</dd>
        {platform.tiers.length > 0 && (
          <>
            <dt>{words.tiers}</dt>
            <dd>{formatList(platform.tiers)}</dd>
          </>
        )}
      </dl>
      {warnings.length > 0 && (
        <ul className={dialogClasses['warnings']}>
          {warnings.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </>
  );
}

const ABILITIES = ['who_am_i', 'create', 'list', 'revoke', 'sign_in'] as const;

const abilities = ({ can }: PlatformView): string => {
  const able = ABILITIES.filter((name) => can[name]).map((name) => words.able[name]);
  return able.length === 0 ? words.nothing : formatList(able);
};
