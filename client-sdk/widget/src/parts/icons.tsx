// SPDX-License-Identifier: Apache-2.0
// Line icons on a grid of 24, in the colour of the text around them. None of them speaks: names stand on the controls.
import type { ComponentChildren, JSX } from "preact";

function icon(children: ComponentChildren): () => JSX.Element {
  return () => (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const ChatIcon = icon(
  <path d="M12 4c5 0 8.5 3.2 8.5 7.4S17 18.8 12 18.8c-1.1 0-2.2-.2-3.1-.5L4.6 20l1-3.8a7 7 0 0 1-2.1-4.8C3.5 7.2 7 4 12 4Z" />,
);
export const MinimiseIcon = icon(<path d="m6 9.5 6 6 6-6" />);
export const MoreIcon = icon(<path d="M5 12h.01M12 12h.01M19 12h.01" class="icon-dots" />);
export const SendIcon = icon(<path d="M12 19V5.5M6 11l6-6 6 6" />);
export const DownIcon = icon(<path d="M12 5v13.5M6 13l6 6 6-6" />);
export const DownloadIcon = icon(<path d="M12 4v10.5M7.5 10.5 12 15l4.5-4.5M5 19.5h14" />);
export const SoundIcon = icon(<path d="M4 10v4h3.5L12 18V6L7.5 10H4ZM15.5 9.2a4 4 0 0 1 0 5.6M18 6.8a7.4 7.4 0 0 1 0 10.4" />);
export const EndIcon = icon(<path d="M9 4.5H5.5v15H9M14 8l4 4-4 4M18 12H9.5" />);
export const CheckIcon = icon(<path d="m5.5 12.5 4.2 4.2 8.8-9.2" />);
export const AlertIcon = icon(<path d="M12 8v5M12 16.2v.1M12 3.8 21 19.5H3L12 3.8Z" />);
export const HourglassIcon = icon(<path d="M12 7.5V12l3 2M12 3.8a8.2 8.2 0 1 0 0 16.4 8.2 8.2 0 0 0 0-16.4Z" />);
export const MoonIcon = icon(<path d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z" />);
export const StarIcon = icon(<path d="m12 4 2.5 5 5.5.8-4 3.9.9 5.5-4.9-2.6-4.9 2.6.9-5.5-4-3.9 5.5-.8L12 4Z" />);

/** Ticks of a message: how far it has come. */
export const ClockMark = icon(<path d="M12 8v4l2.5 1.5M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14Z" />);
export const OneTick = icon(<path d="m7 12.5 3.5 3.5L17.5 8.5" />);
export const TwoTicks = icon(<path d="m3 12.5 3.5 3.5L13.5 8.5M11.5 15l1 1 7.5-7.5" />);
