import { parseCidr } from '../../../../src-shared/domain/addresses/cidr.ts';
import {
  type CidrExtent,
  extentOf,
  extentOfList,
  writeNetwork,
} from '../../../../src-shared/domain/addresses/cidr-extent.ts';
import { formatNumber } from '../../../ui/text/format.ts';
import classes from './editable.module.css';
import { messages } from '../messages.ts';

const words = messages.panel.cidr;
/** More than a person reads in a narrow panel; the sum counts them all. */
const MOST_EXPLAINED = 30;
/** From here on a number says nothing to a person, and a power of two does. */
const MOST_WRITTEN = 10n ** 12n;

/** The lines of an allow list, without the empty ones. */
export const linesOfList = (text: string): string[] =>
  text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

export const writeCount = (count: bigint): string => {
  if (count <= MOST_WRITTEN) return formatNumber(Number(count));
  const bits = count.toString(2).length - 1;
  const power = `2${raised(bits)}`;
  return count === 1n << BigInt(bits) ? power : words.moreThan(power);
};

const raised = (exponent: number): string =>
  Array.from(String(exponent), (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit))).join('');

const countOf = ({ addresses, family }: CidrExtent): string =>
  addresses === 1n ? words.one(family) : words.many(writeCount(addresses), family);

/** @returns what is wrong with the first line that cannot be read, or the networks as they are sent */
export const readAllowList = (text: string): { cidrs: string[] } | string => {
  const lines = linesOfList(text);
  for (const line of lines) {
    const parsed = parseCidr(line);
    if (!parsed.ok) return words.badLine(line, words.problems[parsed.problem]);
  }
  return { cidrs: lines };
};

/** What a list admits, network by network and in all; what is odd about it comes first. */
export function AllowListExplained({
  text,
  platform,
}: {
  readonly text: string;
  readonly platform?: string;
}) {
  const lines = linesOfList(text);
  const parsed = lines.map((line) => ({ line, result: parseCidr(line) }));
  const networks = parsed.flatMap(({ result }) => (result.ok ? [result.cidr] : []));
  const extent = extentOfList(networks);
  return (
    <>
      {lines.length === 0 && <p>{words.none}</p>}
      {extent.everyoneOf.map((family) => (
        <p key={family} role="status" data-tone="danger">
          {words.everyone(family)}
        </p>
      ))}
      <ul className={classes['networks']}>
        {parsed.slice(0, MOST_EXPLAINED).map(({ line, result }, at) => {
          if (!result.ok)
            return (
              <li key={at}>
                <code>{line}</code>
                <span data-tone="warn">{words.problems[result.problem]}</span>
              </li>
            );
          const one = extentOf(result.cidr);
          return (
            <li key={at}>
              <code>{writeNetwork(result.cidr)}</code>
              {countOf(one)}
              {one.addresses > 1n && <>: {words.range(one.first, one.last)}</>}
              {words.reach[one.reach] !== '' && <div data-tone="warn">{words.reach[one.reach]}</div>}
            </li>
          );
        })}
      </ul>
      {extent.needless.slice(0, 3).map(({ network, within }, at) => (
        <p key={at}>{words.needless(network, within)}</p>
      ))}
      {networks.length > 0 && <p>{words.total(writeCount(extent.ipv4), writeCount(extent.ipv6))}</p>}
      {platform !== undefined && <p>{words.platform(platform)}</p>}
    </>
  );
}
