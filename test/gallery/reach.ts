import type { GalleryState, Step } from './state.ts';

const WAITS_MS = 20_000;

/** Goes to a state from within the page. `data-gallery` of the root says `there`, or what was not found. */
export const reach = async ({ scenario, place, steps = [] }: GalleryState): Promise<void> => {
  const root = document.documentElement;
  root.dataset['gallery'] = 'going';
  try {
    await until(() => document.querySelector('h1') ?? undefined, 'a heading');
    const isAnswered =
      scenario.fails?.['vault.status'] === undefined && scenario.lost?.includes('vault.status') !== true;
    const isOpen = isAnswered && (scenario.status?.vault ?? 'unlocked') === 'unlocked';
    const isAsked = scenario.approvals !== undefined;
    const way = isOpen && !isAsked ? controlNamed(place ?? 'Keys', 'Places') : undefined;
    way?.click();
    if (isOpen && scenario.slow?.['keys.list'] === undefined && scenario.onlyFirstKeys !== true)
      await until(
        () => (document.querySelector('main:not([data-loaded])') === null ? true : undefined),
        'the keys',
      );
    for (const step of steps) await take(step);
    root.dataset['gallery'] = 'there';
  } catch (error) {
    root.dataset['gallery'] = String(error);
  }
};

const take = async (step: Step): Promise<void> => {
  if ('click' in step) (await until(() => controlNamed(step.click, step.in), step.click)).click();
  else if ('row' in step) (await until(() => rowOf(step.row), `row ${String(step.row)}`)).click();
  else if ('fill' in step) fill(await until(() => fieldNamed(step.fill), step.fill), step.with);
  else if ('press' in step) press(step.press);
  else if ('drop' in step) drop(step.drop, step.called);
  else if ('focused' in step)
    await until(
      () => (document.activeElement === fieldNamed(step.focused) ? true : undefined),
      `the focus in ${step.focused}`,
    );
  else await until(() => (document.body.innerText.includes(step.sees) ? true : undefined), step.sees);
};

/** As a drag from another program ends. */
const drop = (text: string, name: string): void => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], name));
  for (const type of ['dragenter', 'dragover', 'drop'])
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
};

const until = async <T>(look: () => T | undefined, what: string): Promise<T> => {
  for (const startedAt = performance.now(); performance.now() - startedAt < WAITS_MS;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 16));
  }
  throw new Error(`not found: ${what}`);
};

const CONTROLS =
  'button, a, label, summary, [role=button], [role=menuitem], [role=tab], [role=option], [role=radio], input[type=radio], input[type=checkbox]';
const FIELDS = 'input, textarea';
const REGIONS = '[role=dialog], aside, nav, section, main, [role=group]';

const controlNamed = (name: string, region?: string): HTMLElement | undefined => {
  const around = region === undefined ? document : best(REGIONS, region, document);
  return around === undefined ? undefined : best(CONTROLS, name, around, true);
};
const fieldNamed = (name: string): HTMLElement | undefined => best(FIELDS, name, document);

/** The one of exactly that name, or else the first that has it in its name. */
const best = (
  selector: string,
  name: string,
  around: ParentNode,
  isForUse = false,
): HTMLElement | undefined => {
  const all = [...around.querySelectorAll<HTMLElement>(selector)].filter(
    (element) => isShown(element) && !(isForUse && element.matches(':disabled')),
  );
  return (
    all.find((element) => nameOf(element) === name) ?? all.find((element) => nameOf(element).includes(name))
  );
};

const isShown = (element: HTMLElement): boolean =>
  element.checkVisibility({ visibilityProperty: true }) &&
  element.closest('[inert], [aria-hidden=true]') === null;

const nameOf = (element: HTMLElement): string => {
  const labelledBy = (element.getAttribute('aria-labelledby') ?? '')
    .split(' ')
    .flatMap((id) => document.getElementById(id)?.textContent ?? []);
  const labels = [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent);
  const [name = ''] = [
    element.getAttribute('aria-label') ?? '',
    labelledBy.join(' '),
    labels.join(' '),
    element.textContent,
    element.getAttribute('placeholder') ?? '',
    element.title,
  ].filter((text) => text.trim() !== '');
  return name.replaceAll(/\s+/g, ' ').replace(/ \*$/, '').trim();
};

const rowOf = (row: number | string): HTMLElement | undefined => {
  const rows = [...document.querySelectorAll<HTMLElement>('[role=row], tr')];
  // The first one is the head.
  return typeof row === 'number' ? rows[row] : rows.find(({ textContent }) => textContent.includes(row));
};

/** As React hears of it: by the setter of the element itself. */
const fill = (field: HTMLElement, text: string): void => {
  const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  field.focus();
  Object.getOwnPropertyDescriptor(prototype.prototype, 'value')?.set?.call(field, text);
  field.dispatchEvent(new Event('input', { bubbles: true }));
};

/** `Control+k`, `Enter`, `?`. Enter in a field sends its form, as it does for a person. */
const press = (keys: string): void => {
  const parts = keys.split('+');
  const key = parts.at(-1) ?? '';
  const target = document.activeElement ?? document.body;
  const init = {
    key,
    code: /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : key,
    ctrlKey: parts.includes('Control'),
    bubbles: true,
    cancelable: true,
  };
  const isTaken = !target.dispatchEvent(new KeyboardEvent('keydown', init));
  if (key === 'Enter' && !isTaken && target instanceof HTMLInputElement) target.form?.requestSubmit();
};
