import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import type { ComponentProps, ReactNode } from 'react';
import type { KeyView } from '../../../../src-shared/contract/views.ts';
import { VARIABLE_NAME } from '../../../../src-shared/domain/names.ts';
import { PLATFORM_KEY_ID } from '../../../../src-shared/domain/place.ts';
import { useInventory } from '../../../state/core/inventory.ts';
import { refOf } from '../../../state/key-ref.ts';
import { copyPublic } from '../copy-value.ts';
import { exactDate, formatDays, since } from '../../../ui/text/format.ts';
import { AllowListExplained, linesOfList, readAllowList } from './allow-list.tsx';
import classes from './detail-panel.module.css';
import { Editable } from './editable.tsx';
import { messages } from '../messages.ts';

const words = messages.panel.facts;
const edit = messages.panel.edit;

/** What a person says of a key; all of it can be changed where it stands. */
export function AboutKey({ keyView: key }: { readonly keyView: KeyView }) {
  const keyRef = refOf(key);
  const text = (field: 'owner' | 'project' | 'purpose') => (
    <EditableRow
      keyRef={keyRef}
      name={words[field]}
      field={field}
      text={key[field] ?? ''}
      read={(typed) => ({ [field]: typed === '' ? null : typed })}
    />
  );
  return (
    <dl className={classes['facts']}>
      {text('owner')}
      {text('project')}
      {text('purpose')}
      <EditableRow
        keyRef={keyRef}
        name={edit.rotateEvery}
        field="rotate_every_days"
        kind="days"
        text={String(key.rotate_every_days)}
        shown={formatDays(key.rotate_every_days)}
        hint={edit.byDefault}
        read={(typed) => ({ rotate_every_days: typed === '' ? null : Number(typed) })}
      />
      <EditableRow
        keyRef={keyRef}
        name={edit.expires}
        field="expires_at"
        kind="date"
        text={key.expires_at === null ? '' : localDate(key.expires_at)}
        shown={
          key.expires_at === null ? (
            <span className={classes['gaugeDim']}>{edit.noExpiry}</span>
          ) : (
            exactDate(key.expires_at)
          )
        }
        read={(typed) => ({ expires_at: typed === '' ? null : startOfDay(typed) })}
      />
      <EditableRow
        keyRef={keyRef}
        name={words.var}
        field="var"
        text={key.var}
        shown={<code className="mono">{key.var}</code>}
        read={(typed) => (VARIABLE_NAME.test(typed) ? { var: typed } : edit.variableBad)}
      />
    </dl>
  );
}

/** What a key may do, and from where. */
export function KeyAccess({ keyView: key }: { readonly keyView: KeyView }) {
  const keyRef = refOf(key);
  const platform = useInventory(
    (state) => state.platforms.find(({ id }) => id === key.platform)?.name ?? key.platform,
  );
  const list = key.cidrs.join('\n');
  return (
    <dl className={classes['facts']} data-wide="">
      <EditableRow
        keyRef={keyRef}
        name={words.scopes}
        field="scopes"
        kind="lines"
        text={key.scopes.join('\n')}
        {...(key.scopes.length === 0 ? {} : { shown: key.scopes.join(', ') })}
        hint={edit.scopesHint}
        read={(typed) => ({ scopes: linesOfList(typed) })}
      />
      <EditableRow
        keyRef={keyRef}
        name={words.cidrs}
        field="cidrs"
        kind="lines"
        text={list}
        {...(key.cidrs.length === 0
          ? {}
          : {
              shown: (
                <div className={classes['explained']}>
                  <AllowListExplained text={list} />
                </div>
              ),
            })}
        hint={messages.panel.cidr.hint}
        read={readAllowList}
        explain={(typed) => <AllowListExplained text={typed} platform={platform} />}
      />
    </dl>
  );
}

/** What is known of a key without anybody saying it. */
export function Facts({ keyView: key, now }: { readonly keyView: KeyView; readonly now: number }) {
  return (
    <dl className={classes['facts']}>
      <Fact name={words.prefix} text={key.prefix} copy />
      <Fact name={words.fingerprint} text={key.fingerprint} copy />
      <Fact name={words.platform} text={key.platform} />
      <KeyId keyView={key} />
      {key.account !== null && <Fact name={words.account} text={key.account} />}
      <Fact name={words.mode} text={key.mode} />
      <When name={words.created_at} at={key.created_at} now={now} />
      <When name={words.rotated_at} at={key.rotated_at} now={now} />
      <When name={words.last_used_at} at={key.last_used_at} now={now} />
    </dl>
  );
}

/** What the platform calls the key: a key that was added by hand can be revoked and rotated once somebody has said it. */
function KeyId({ keyView: key }: { readonly keyView: KeyView }) {
  return (
    <Row name={words.key_id}>
      <Editable
        keyRef={refOf(key)}
        name={words.key_id}
        field="key_id"
        text={key.key_id ?? ''}
        shown={
          key.key_id === null ? (
            <span className={classes['gaugeDim']}>{messages.unknown}</span>
          ) : (
            <code className={`mono ${classes['code'] ?? ''}`}>{key.key_id}</code>
          )
        }
        hint={edit.keyIdHint}
        read={(typed) =>
          typed === '' || PLATFORM_KEY_ID.test(typed)
            ? { key_id: typed === '' ? null : typed }
            : edit.keyIdBad
        }
      />
      {key.key_id !== null && <CopyFact name={words.key_id} text={key.key_id} />}
    </Row>
  );
}

const localDate = (iso: string): string => {
  const at = new Date(iso);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
};

/** A date that a person picks begins where they are. */
const startOfDay = (date: string): string => {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(year, month - 1, day).toISOString();
};

/** A fact that a person can change where it stands. */
function EditableRow(props: ComponentProps<typeof Editable>) {
  return (
    <Row name={props.name}>
      <Editable {...props} />
    </Row>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly text: string;
  /** A code: in a monospaced face, with a button to take it along. */
  readonly copy?: boolean;
}

function Fact({ name, text, copy }: FactProps) {
  return (
    <Row name={name}>
      {copy === true ? (
        <>
          <code className={`mono ${classes['code'] ?? ''}`}>{text}</code>
          <CopyFact name={name} text={text} />
        </>
      ) : (
        text
      )}
    </Row>
  );
}

interface WhenProps {
  readonly name: string;
  readonly at: string | null;
  readonly now: number;
}

function When({ name, at, now }: WhenProps) {
  return (
    <Row name={name}>
      {at === null ? messages.never : <span title={exactDate(at)}>{since(at, now)}</span>}
    </Row>
  );
}

function CopyFact({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <Tooltip label={messages.panel.copyText(name)}>
      <ActionIcon
        size="xs"
        variant="subtle"
        color="gray"
        aria-label={messages.panel.copyText(name)}
        onClick={() => copyPublic(name, text)}
      >
        <IconCopy size={14} stroke={1.5} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
