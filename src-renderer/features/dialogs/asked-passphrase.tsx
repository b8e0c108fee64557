import { PasswordInput } from '@mantine/core';
import { type RefObject, useEffect } from 'react';
import { secretFieldProps } from '../../ui/text/secret-input.ts';

interface AskedPassphraseProps {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly label: string;
  /** What the core wants it for. */
  readonly why: string;
  readonly busy: boolean;
}

/** The passphrase, once the core has asked for it in the middle of something: it has the focus as soon as it takes one. */
export function AskedPassphrase({ field, label, why, busy }: AskedPassphraseProps) {
  useEffect(() => {
    if (!busy) field.current?.focus();
  }, [busy, field]);
  return (
    <PasswordInput
      ref={field}
      label={label}
      description={why}
      data-autofocus
      disabled={busy}
      {...secretFieldProps}
    />
  );
}
