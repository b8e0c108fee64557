import type { OpenVault, RecordId } from '../../../src-main/vault/ports.ts';
import { Secret } from '../../../src-main/vault/secret.ts';

/** How many changes the writer makes, one transaction each. */
export const STEPS = 12;

const nameOf = (record: { readonly meta: unknown }): string => (record.meta as { name: string }).name;
/** Long enough for some values to need pages of their own. */
const valueOf = (step: number): string => `value of step ${step} `.repeat(step % 3 === 0 ? 300 : 1);

type Step =
  | { readonly add: string }
  | { readonly replace: string }
  | { readonly edit: string }
  | { readonly remove: string };
const PLAN: readonly Step[] = [
  { add: 'a' },
  { add: 'b' },
  { replace: 'a' },
  { add: 'c' },
  { remove: 'b' },
  { edit: 'c' },
  { add: 'd' },
  { replace: 'c' },
  { add: 'e' },
  { remove: 'a' },
  { replace: 'd' },
  { add: 'f' },
];

/** The change, and an audit entry of it, in one transaction. */
export function applyStep(vault: OpenVault, step: number): void {
  const change = PLAN[step]!;
  const [kind, name] = Object.entries<string>(change)[0]!;
  const id: RecordId | undefined = vault.records('key').find((record) => nameOf(record) === name)?.id;
  vault.transact((tx) => {
    tx.audit({ actor: 'writer', action: kind, subject: name, detail: String(step) });
    if (kind === 'remove') tx.remove(id!);
    else {
      tx.put({
        ...(id === undefined ? {} : { id }),
        kind: 'key',
        environmentId: null,
        meta: { name, step },
        ...(kind === 'edit' ? {} : { value: Secret.fromText(valueOf(step)) }),
      });
    }
  });
}

/** What a vault holds, in a form that can be compared; throws what the vault throws. */
export function contentOf(vault: OpenVault): string {
  const keys = vault.records('key').map((record) => {
    const { step } = record.meta as { step: number };
    return [
      nameOf(record),
      step,
      record.version,
      record.hasValue ? vault.openValue(record.id).expose().toString() : null,
    ];
  });
  const entries = vault
    .auditEntries({ limit: 1000 })
    .map(({ seq, action, subject, detail }) => [seq, action, subject, detail]);
  return JSON.stringify([keys, entries]);
}

/** The content after none, one, … all of the steps. */
export function contentsAfterEachStep(vault: OpenVault): string[] {
  const contents = [contentOf(vault)];
  for (let step = 0; step < STEPS; step += 1) {
    applyStep(vault, step);
    contents.push(contentOf(vault));
  }
  return contents;
}
