import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { DoctorView } from '../../../src-shared/contract/views.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { KeyAddress } from '../../ui/labels/key-address.tsx';
import { Disclosure } from '../../ui/states/disclosure.tsx';
import { Prose } from '../../ui/text/prose.tsx';
import classes from './doctor.module.css';
import { Fix } from './fix.tsx';
import { messages } from './messages.ts';

/** The cause in one sentence, and the way to mend it as a button and as a command. */
export function CausePanel({ view }: { readonly view: DoctorView }) {
  const { cause, verdict, others } = view;
  if (cause === null) {
    return (
      <section className={classes['cause']} data-verdict="healthy" role="status">
        <h2>
          <IconCircleCheck size={20} stroke={1.5} aria-hidden />
          {view.key === null ? messages.allHealthy(view.keys.length) : messages.healthy(view.key)}
        </h2>
      </section>
    );
  }
  const alike = keysWith(view);
  return (
    <section className={classes['cause']} data-verdict={verdict} role="status">
      <h2>
        <IconAlertTriangle size={20} stroke={1.5} aria-hidden />
        <Prose text={alike[0]?.cause?.message ?? cause.message} />
      </h2>
      <p className={classes['about']}>
        <Whose keys={view.key === null ? alike.map((one) => one.key) : [view.key]} />
        <span>
          {[messages.verdicts[verdict], cause.code, messages.confidence[cause.confidence]]
            .filter((word) => word !== '')
            .join(' · ')}
        </span>
      </p>
      <Fix
        key={cause.fix}
        view={view}
        fix={cause.fix}
        about={view.key ?? (alike.length === 1 ? (alike[0]?.key ?? null) : null)}
      />
      {cause.tell_apart !== '' && cause.confidence !== 'certain' && (
        <p className={classes['quiet']}>
          <Prose text={cause.tell_apart} />
        </p>
      )}
      {others.length > 0 && (
        <Disclosure summary={messages.others(others.length)}>
          <ul className={classes['others']}>
            {others.map((other) => (
              <li key={other.code + other.message}>
                <Prose text={other.message} /> <code>{other.fix}</code>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </section>
  );
}

/** The keys that this is about: the one that was examined, or those of all with this cause; of several, the first is named in its sentence. */
const keysWith = ({ key, keys, cause }: DoctorView): DoctorView['keys'] =>
  key !== null || cause === null
    ? []
    : keys.filter(
        (one) =>
          one.cause?.code === cause.code &&
          [one.cause.message, `${one.key}: ${one.cause.message}`].includes(cause.message),
      );

function Whose({ keys }: { readonly keys: readonly string[] }) {
  const environments = useInventory((state) => state.environments);
  const [first] = keys;
  if (first === undefined) return null;
  return (
    <>
      <KeyAddress address={first} environments={environments} />
      {keys.length > 1 && <span>{messages.andMore(keys.length - 1)}</span>}
    </>
  );
}
