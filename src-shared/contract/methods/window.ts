import { z } from 'zod';
import { SCREENS } from '../../domain/place.ts';
import { windowOnly } from '../method.ts';
import { doneAnswer } from '../views/answer-parts.ts';
import {
  desktopPlaceAnswer,
  desktopSettingsAnswer,
  preferencesAnswer,
  preferencesChange,
} from '../views/window.ts';
import { nothing } from './request-parts.ts';

/** The window itself: where it is, and how it lives with the person's desktop. */
export const desktop = {
  settings: windowOnly('nothing', nothing, desktopSettingsAnswer),
  set: windowOnly(
    'nothing',
    z.strictObject({
      start_at_login: z.boolean().optional(),
      notifications: z.boolean().optional(),
      stay_in_tray: z.boolean().optional(),
    }),
    desktopSettingsAnswer,
  ),
  /** Where the page is asked to be; once. One that has just loaded begins, unless asked, where the window was left. */
  place: windowOnly('nothing', z.strictObject({ is_new_page: z.boolean() }), desktopPlaceAnswer),
  /** Where the person is, for the next start. */
  remember: windowOnly('nothing', z.strictObject({ screen: z.enum(SCREENS) }), doneAnswer),
  /** The recovery code is on screen, or no longer: screenshots and screen sharing show nothing of the window meanwhile. */
  protectScreen: windowOnly('nothing', z.strictObject({ on: z.boolean() }), doneAnswer),
};

export const preferences = {
  get: windowOnly('unlocked', nothing, preferencesAnswer),
  set: windowOnly('unlocked', preferencesChange, preferencesAnswer),
};
