import { Button, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileImport } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ImportItemView, ImportPreview } from '../../../src-shared/contract/views.ts';
import { MAX_ENV_FILE_BYTES } from '../../../src-shared/domain/env-file/env-text.ts';
import { KEY_NAME } from '../../../src-shared/domain/names.ts';
import { ask } from '../../bridge.ts';
import {
  chooseImport,
  forgetImportChoices,
  type ImportChoice,
  importInto,
  useImportChoices,
} from '../../state/import-choices.ts';
import { loadInventory, useInventory } from '../../state/core/inventory.ts';
import { closeDialog, openDialog, showScreen, useView } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { Dialog } from '../dialogs/dialog.tsx';
import dialogClasses from '../dialogs/dialog.module.css';
import classes from './import.module.css';
import { ImportList } from './import-list.tsx';
import { messages } from './messages.ts';

interface Trouble {
  readonly message: string;
  readonly hint: string;
}

const end = (): void => {
  forgetImportChoices();
  void ask((core) => core.imports.discard({}));
  closeDialog();
};

/** Keys out of a .env file: choose it, see what becomes what, take what is wanted. The page never sees a value. */
export default function ImportDialog({ dropped }: { readonly dropped: File | undefined }) {
  const environments = useInventory((state) => state.environments);
  const looking = useView((state) => state.env);
  const { env: chosenEnv, choices } = useImportChoices();
  const environment =
    environments.find(({ name }) => name === (chosenEnv ?? looking)) ??
    environments.find(({ kind }) => kind === 'test') ??
    environments[0];
  const env = environment?.name;
  const { preview, trouble: lookTrouble, isLooking } = usePreview(dropped, env);
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [failures, setFailures] = useState<ReadonlyMap<number, string>>(new Map());
  const [taken, setTaken] = useState<ReadonlySet<number>>(new Set());

  const items = (preview?.items ?? []).filter(({ at }) => !taken.has(at));
  const wanted = items
    .filter(({ state }) => state !== 'refused')
    .map((item) => ({ item, ...wishOf(item, choices[item.variable]) }))
    .filter(({ take }) => take);
  const problems = problemsOf(wanted);

  const submit = async () => {
    if (preview === null || wanted.length === 0 || problems.size > 0 || busy) return;
    setBusy(true);
    setTrouble(null);
    const outcome = await ask((core) =>
      core.imports.take({
        import_id: preview.import_id,
        items: wanted.map(({ item, name, platform }) => ({ at: item.at, name, platform })),
      }),
    );
    setBusy(false);
    if (!outcome.ok) {
      setTrouble(outcome.error);
      return;
    }
    const { added, failed } = outcome.result;
    await loadInventory();
    if (failed.length > 0) {
      setTaken(new Set([...taken, ...added.map(({ at }) => at)]));
      setFailures(new Map(failed.map(({ at, message }) => [at, message])));
      setTrouble({ message: messages.someFailed(failed.length), hint: '' });
      return;
    }
    showScreen('keys');
    notifications.show({
      title: messages.done(added.length + taken.size, preview.env),
      message: messages.doneHint(dropped?.name ?? ''),
      autoClose: 12_000,
    });
    end();
  };

  const shownTrouble = lookTrouble ?? trouble;
  return (
    <Dialog
      title={messages.title}
      env={environment === undefined ? undefined : { name: environment.name, kind: environment.kind }}
      size={860}
      onClose={end}
    >
      <div className={classes['body']}>
        <div className={classes['head']} data-empty={dropped === undefined ? '' : undefined}>
          {dropped === undefined && (
            <IconFileImport size={28} stroke={1.25} className={classes['icon']} aria-hidden />
          )}
          <p className={dialogClasses['lead']}>
            {dropped === undefined
              ? messages.lead
              : preview === null
                ? isLooking
                  ? messages.reading(dropped.name)
                  : dropped.name
                : messages.found(
                    dropped.name,
                    preview.items.filter(({ state }) => state === 'ready').length,
                    preview.items.length,
                  )}
          </p>
          <Button
            size="xs"
            variant={dropped === undefined ? 'filled' : 'default'}
            leftSection={<IconFileImport size={16} stroke={1.5} aria-hidden />}
            disabled={busy}
            data-autofocus
            onClick={() => input.current?.click()}
          >
            {dropped === undefined ? messages.choose : messages.another}
          </Button>
          <input
            ref={input}
            type="file"
            hidden
            aria-label={messages.choose}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              event.currentTarget.value = '';
              if (file !== undefined) openDialog({ kind: 'import', file });
            }}
          />
        </div>
        {shownTrouble !== null && <Problem message={shownTrouble.message} hint={shownTrouble.hint} />}
        {preview !== null && (
          <ImportList
            items={items}
            choices={choices}
            problems={problems}
            failures={failures}
            disabled={busy}
            onChoose={(variable, choice) => {
              setFailures(new Map());
              chooseImport(variable, choice);
            }}
          />
        )}
        <div className={dialogClasses['buttons']}>
          <Select
            label={messages.env}
            classNames={{ root: classes['into'] ?? '' }}
            data={environments.map(({ name, kind }) => ({
              value: name,
              label: kind === 'live' ? messages.live(name) : name,
            }))}
            value={env ?? null}
            onChange={(value) => {
              if (value !== null) importInto(value);
            }}
            allowDeselect={false}
            disabled={busy}
          />
          <Button variant="default" disabled={busy} onClick={end}>
            {taken.size > 0 ? messages.close : messages.cancel}
          </Button>
          <Button
            loading={busy}
            disabled={wanted.length === 0 || problems.size > 0}
            onClick={() => void submit()}
          >
            {messages.submit(wanted.length)}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Looks at a file anew when another one or another environment is chosen. */
function usePreview(file: File | undefined, env: string | undefined) {
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [isLooking, setIsLooking] = useState(false);
  const look = useCallback(async (chosen: File, into: string, isWanted: () => boolean) => {
    setTrouble(null);
    // SECURITY: not even read: what is that large is no file of settings.
    if (chosen.size > MAX_ENV_FILE_BYTES) {
      setTrouble(messages.tooLarge);
      return;
    }
    setIsLooking(true);
    const bytes = await chosen.arrayBuffer().then(
      (buffer) => new Uint8Array(buffer),
      () => null,
    );
    if (!isWanted()) return;
    if (bytes === null) {
      setIsLooking(false);
      setTrouble(messages.unreadable);
      return;
    }
    // SECURITY: the bytes go inward once, unread, and are wiped here; what comes back has no value in it.
    const outcome = await ask((core) => core.imports.preview({ file: bytes, env: into }));
    bytes.fill(0);
    if (!isWanted()) return;
    setIsLooking(false);
    if (outcome.ok) setPreview(outcome.result);
    else setTrouble(outcome.error);
  }, []);
  useEffect(() => {
    let isWanted = true;
    // eslint-disable-next-line react-hooks/set-state-in-effect -- a file that is being read is what this follows
    setPreview(null);
    if (file !== undefined && env !== undefined) void look(file, env, () => isWanted);
    return () => {
      isWanted = false;
    };
  }, [file, env, look]);
  return { preview, trouble, isLooking };
}

/** What becomes of a variable: as proposed, but for what the person changed. */
export const wishOf = (item: ImportItemView, choice: ImportChoice | undefined) => ({
  take: choice?.take ?? item.proposed,
  name: choice?.name ?? item.name,
  platform: choice?.platform ?? item.platform ?? '',
});

interface Wish {
  readonly item: ImportItemView;
  readonly name: string;
  readonly platform: string;
}

/** Why a wish cannot go through as it is, by place. */
export const problemsOf = (wishes: readonly Wish[]): ReadonlyMap<number, string> => {
  const names = new Map<string, number>();
  for (const { name } of wishes) names.set(name, (names.get(name) ?? 0) + 1);
  return new Map(
    wishes.flatMap(({ item, name, platform }) => {
      const problem = !KEY_NAME.test(name)
        ? messages.nameBad
        : (names.get(name) ?? 0) > 1
          ? messages.nameTwice
          : platform === ''
            ? messages.platformMissing
            : undefined;
      return problem === undefined ? [] : [[item.at, problem] as const];
    }),
  );
};
