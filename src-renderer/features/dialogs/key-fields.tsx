import { Anchor, Collapse, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import type { PlatformView } from '../../../src-shared/contract/views.ts';
import { DEFAULT_VARIABLE, KEY_NAME } from '../../../src-shared/domain/names.ts';
import { draftKey, type KeyDraft, useDrafts } from '../../state/drafts.ts';
import { useKept } from '../../state/kept.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { useView } from '../../state/view.ts';
import classes from './dialog.module.css';
import { messages } from './messages.ts';

const words = messages.fields;

type Metadata = NonNullable<RequestOf<'keys.add'>['metadata']>;

/** What a draft says beyond name and place; fields left empty are not sent. */
export const metadataOf = (draft: KeyDraft): Metadata => ({
  ...(draft.owner === '' ? {} : { owner: draft.owner }),
  ...(draft.project === '' ? {} : { project: draft.project }),
  ...(draft.purpose === '' ? {} : { purpose: draft.purpose }),
  ...(draft.variable === '' ? {} : { var: draft.variable }),
  ...(draft.rotateEveryDays === '' ? {} : { rotate_every_days: draft.rotateEveryDays }),
});

/** The environment a new key goes to: the chosen one, the one that is looked at, or the least dangerous. */
export const useDraftEnvironment = () => {
  const environments = useInventory((state) => state.environments);
  const draft = useDrafts((state) => state.key.env);
  const looking = useView((state) => state.env);
  const byName = (name: string | null) => environments.find((environment) => environment.name === name);
  return (
    byName(draft) ?? byName(looking) ?? environments.find(({ kind }) => kind === 'test') ?? environments[0]
  );
};

/** Why a name cannot be used, or null. Nothing is said of a name not yet typed. */
export const useNameProblem = (env: string | undefined): string | null => {
  const name = useDrafts((state) => state.key.name);
  const taken = useInventory((state) => state.keys.some((key) => key.name === name && key.env === env));
  if (name === '') return null;
  if (!KEY_NAME.test(name)) return words.nameBad;
  return taken && env !== undefined ? words.nameTaken(env) : null;
};

interface PlaceFieldsProps {
  readonly platforms: readonly PlatformView[];
  readonly disabled: boolean;
}

/** Name, environment and platform: what every new key needs. */
export function PlaceFields({ platforms, disabled }: PlaceFieldsProps) {
  const draft = useDrafts((state) => state.key);
  const environments = useInventory((state) => state.environments);
  const environment = useDraftEnvironment();
  const nameProblem = useNameProblem(environment?.name);
  return (
    <>
      <TextInput
        label={words.name}
        description={words.nameHint}
        value={draft.name}
        onChange={(event) => draftKey({ name: event.currentTarget.value.trim() })}
        error={nameProblem}
        disabled={disabled}
        data-autofocus
        required
        withAsterisk={false}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
      />
      <div className={classes['pair']}>
        <Select
          label={words.env}
          data={environments.map(({ name, kind }) => ({
            value: name,
            label: kind === 'live' ? words.live(name) : name,
          }))}
          value={environment?.name ?? null}
          onChange={(env) => draftKey({ env })}
          allowDeselect={false}
          disabled={disabled}
        />
        <Select
          label={words.platform}
          placeholder={words.choose}
          data={platforms.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.platform}
          onChange={(platform) => draftKey({ platform })}
          allowDeselect={false}
          disabled={disabled}
          required
          withAsterisk={false}
        />
      </div>
    </>
  );
}

interface MoreFieldsProps {
  readonly disabled: boolean;
  readonly withKeyId: boolean;
}

/** Who owns the key and how it is used; all optional, and out of sight until they are asked for. */
export function MoreFields(props: MoreFieldsProps) {
  const [isOpen, setOpen] = useKept('dialog:more fields', false);
  return (
    <>
      <Collapse expanded={isOpen}>
        <OptionalFields {...props} />
      </Collapse>
      <Anchor
        component="button"
        type="button"
        size="sm"
        ta="left"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? words.less : words.more}
      </Anchor>
    </>
  );
}

function OptionalFields({ disabled, withKeyId }: MoreFieldsProps) {
  const draft = useDrafts((state) => state.key);
  const text = (field: 'owner' | 'project' | 'purpose' | 'variable' | 'keyId') => ({
    value: draft[field],
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      draftKey({ [field]: event.currentTarget.value }),
    disabled,
    autoComplete: 'off',
  });
  return (
    <Stack gap="md">
      {withKeyId && (
        <TextInput label={words.keyId} description={words.keyIdHint} {...text('keyId')} maxLength={200} />
      )}
      <div className={classes['pair']}>
        <TextInput label={words.owner} {...text('owner')} maxLength={500} />
        <TextInput label={words.project} {...text('project')} maxLength={500} />
      </div>
      <TextInput label={words.purpose} {...text('purpose')} maxLength={500} />
      <div className={classes['pair']}>
        <TextInput
          label={words.variable}
          description={words.variableHint}
          placeholder={DEFAULT_VARIABLE}
          {...text('variable')}
          maxLength={200}
        />
        <NumberInput
          label={words.rotateEvery}
          value={draft.rotateEveryDays}
          onChange={(value) => draftKey({ rotateEveryDays: typeof value === 'number' ? value : '' })}
          min={1}
          max={3650}
          allowDecimal={false}
          disabled={disabled}
        />
      </div>
    </Stack>
  );
}
