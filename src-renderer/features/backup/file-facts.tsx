import { exactDate, formatSize } from '../../ui/text/format.ts';
import settingsClasses from '../settings/settings.module.css';
import { messages } from './messages.ts';

interface FileFactsProps {
  readonly path: string;
  readonly bytes: number;
  readonly changedAt?: string;
}

/** Which file it is. */
export function FileFacts({ path, bytes, changedAt }: FileFactsProps) {
  return (
    <dl className={settingsClasses['facts']} data-selectable="">
      <dt>{messages.file}</dt>
      <dd className="mono">
        <bdi>{path}</bdi>
      </dd>
      <dt>{messages.size}</dt>
      <dd>{formatSize(bytes)}</dd>
      {changedAt !== undefined && (
        <>
          <dt>{messages.changed}</dt>
          <dd>{exactDate(changedAt)}</dd>
        </>
      )}
    </dl>
  );
}
