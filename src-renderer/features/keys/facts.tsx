import { ActionIcon, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy } from '@tabler/icons-react';
import type { KeyView } from '../../../src-shared/contract/views.ts';
import { copyText } from '../../ui/copy-text.ts';
import { exactDate, since } from '../../ui/format.ts';
import classes from './detail-panel.module.css';
import { messages } from './messages.ts';

const words = messages.panel.facts;

/** The metadata of a key. Facts nobody told are left out, but for those a person would look for. */
export function Facts({ keyView: key, now }: { readonly keyView: KeyView; readonly now: number }) {
  return (
    <dl className={classes['facts']}>
      <Fact name={words.prefix} text={key.prefix} copy />
      <Fact name={words.fingerprint} text={key.fingerprint} copy />
      <Fact name={words.var} text={key.var} copy />
      <Fact name={words.platform} text={key.platform} />
      {key.key_id === null ? (
        <Fact name={words.key_id} text={messages.unknown} />
      ) : (
        <Fact name={words.key_id} text={key.key_id} copy />
      )}
      {key.account !== null && <Fact name={words.account} text={key.account} />}
      <Fact name={words.mode} text={key.mode} />
      <When name={words.created_at} at={key.created_at} now={now} />
      <When name={words.rotated_at} at={key.rotated_at} now={now} />
      <When name={words.last_used_at} at={key.last_used_at} now={now} />
      {key.expires_at !== null && <Fact name={words.expires_at} text={exactDate(key.expires_at)} />}
      <Fact name={words.owner} text={key.owner ?? messages.none} />
      {key.project !== null && <Fact name={words.project} text={key.project} />}
      {key.purpose !== null && <Fact name={words.purpose} text={key.purpose} />}
      {key.scopes.length > 0 && <Fact name={words.scopes} text={key.scopes.join(', ')} />}
      {key.cidrs.length > 0 && <Fact name={words.cidrs} text={key.cidrs.join(', ')} />}
    </dl>
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
    <>
      <dt>{name}</dt>
      <dd>
        {copy === true ? (
          <>
            <code className={`mono ${classes['code'] ?? ''}`}>{text}</code>
            <Tooltip label={messages.panel.copyText(name)}>
              <ActionIcon
                size="xs"
                variant="subtle"
                color="gray"
                aria-label={messages.panel.copyText(name)}
                onClick={() => {
                  if (copyText(text)) notifications.show({ message: messages.panel.copiedText(name) });
                }}
              >
                <IconCopy size={14} stroke={1.5} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </>
        ) : (
          text
        )}
      </dd>
    </>
  );
}

function When({
  name,
  at,
  now,
}: {
  readonly name: string;
  readonly at: string | null;
  readonly now: number;
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{at === null ? messages.never : <span title={exactDate(at)}>{since(at, now)}</span>}</dd>
    </>
  );
}
