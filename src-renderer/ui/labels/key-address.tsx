import type { EnvironmentView } from '../../../src-shared/contract/views.ts';
import { EnvTag } from './env-tag.tsx';
import classes from './key-address.module.css';

interface KeyAddressProps {
  /** `env/name`; a text that is none is shown as it is. */
  readonly address: string;
  readonly environments: readonly Pick<EnvironmentView, 'name' | 'kind'>[];
}

/** A key by its name, with its environment as the place that it is. */
export function KeyAddress({ address, environments }: KeyAddressProps) {
  const at = address.indexOf('/');
  const environment = environments.find(({ name }) => name === address.slice(0, at));
  if (environment === undefined) return address;
  return (
    <span className={classes['address']}>
      <span className={classes['name']}>{address.slice(at + 1)}</span>
      <EnvTag name={environment.name} kind={environment.kind} />
    </span>
  );
}
