import { withoutControls } from '../../../src-shared/domain/printable.ts';

const isTextField = (target: EventTarget | null): target is HTMLInputElement | HTMLTextAreaElement =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && /^(text|search|email|url)$/.test(target.type));

/** A terminal takes what it is given; it is a text field in disguise. */
const isTerminal = (field: Element): boolean => field.closest('.xterm') !== null;

/**
 * Whatever is pasted or dropped into a field comes without characters that nobody sees: control characters, and those that
 * turn text around. Fields of secrets keep every byte: what is odd about a value is told when it is stored.
 */
export const cleanWhatIsPasted = (page: Document): void => {
  page.addEventListener(
    'beforeinput',
    (event) => {
      const { target, inputType, data } = event;
      if (!/^insertFrom(Paste|Drop)$/.test(inputType) || data === null) return;
      if (!isTextField(target) || isTerminal(target)) return;
      const clean = withoutControls(data, target instanceof HTMLTextAreaElement);
      if (clean === data) return;
      event.preventDefault();
      // As if typed: it can be undone, and whoever holds the field's state is told.
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the one way that keeps the field's undo
      page.execCommand('insertText', false, clean);
    },
    { capture: true },
  );
};
