// SPDX-License-Identifier: Apache-2.0
// Icons on a 20 px grid, drawn with the text's colour. Decoration only: their meaning is in the words of what holds them.
import type { ComponentChildren } from "preact";

type IconProps = { size?: number };

function icon(content: ComponentChildren, mirrored = false) {
  return ({ size = 20 }: IconProps) => (
    <svg
      class={mirrored ? "sb-icon sb-icon-mirrored" : "sb-icon"}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {content}
    </svg>
  );
}

const path = (d: string) => <path d={d} />;

export const CloseIcon = icon(path("M5 5l10 10M15 5L5 15"));
export const CheckIcon = icon(path("M4 10.5l4 4 8-9"));
export const DoubleCheckIcon = icon(path("M1.5 10.5l4 4 8-9M9.5 14l.5.5 8-9"));
export const ClockIcon = icon(path("M10 17a7 7 0 100-14 7 7 0 000 14zM10 6v4l2.5 2"));
export const SendIcon = icon(path("M3 10l14-6.5L12.5 17l-3-5.5L3 10zM9.5 11.5L17 3.5"), true);
export const ChatIcon = icon(path("M4 4h12a1.5 1.5 0 011.5 1.5v7A1.5 1.5 0 0116 14h-5l-4 3v-3H4a1.5 1.5 0 01-1.5-1.5v-7A1.5 1.5 0 014 4z"));
export const ChatsIcon = icon(
  path(
    "M3.5 3h9A1.5 1.5 0 0114 4.5v5a1.5 1.5 0 01-1.5 1.5H8l-3 2.5V11H3.5A1.5 1.5 0 012 9.5v-5A1.5 1.5 0 013.5 3z" +
      "M16.5 7A1.5 1.5 0 0118 8.5v5a1.5 1.5 0 01-1.5 1.5H15v2.5L12 15H9.5",
  ),
);
export const QueueIcon = icon(path("M3 16.5h14M5 13.5V9M10 13.5V4M15 13.5v-6"));
export const NoteIcon = icon(
  path("M5 9V6.5a5 5 0 0110 0V9" + "M4.5 9h11A1.5 1.5 0 0117 10.5v5A1.5 1.5 0 0115.5 17h-11A1.5 1.5 0 013 15.5v-5A1.5 1.5 0 014.5 9z"),
);
export const TransferIcon = icon(path("M3 7h12l-3-3.5M17 13H5l3 3.5"), true);
export const DoneIcon = icon(path("M10 17.5a7.5 7.5 0 100-15 7.5 7.5 0 000 15zM6.5 10.2l2.4 2.4 4.6-5"));
export const BackIcon = icon(path("M12.5 4l-6 6 6 6"), true);
export const ForwardIcon = icon(path("M7.5 4l6 6-6 6"), true);
export const DownIcon = icon(path("M4.5 7.5l5.5 5.5 5.5-5.5"));
export const UpIcon = icon(path("M4.5 12.5L10 7l5.5 5.5"));
export const InfoIcon = icon(path("M10 17.5a7.5 7.5 0 100-15 7.5 7.5 0 000 15zM10 9v5M10 6.2v.1"));
export const WarningIcon = icon(path("M10 3l7.5 13.5h-15L10 3zM10 8.5v3.5M10 14.3v.1"));
export const BellIcon = icon(path("M5 8.5a5 5 0 0110 0c0 4 1.5 5 1.5 5h-13s1.5-1 1.5-5zM8.3 16.5a1.9 1.9 0 003.4 0"));
export const SoundIcon = icon(path("M3 7.5v5h3l4 3.5V4L6 7.5H3zM13 7.5a3.5 3.5 0 010 5M15.3 5.2a7 7 0 010 9.6"));
export const MutedIcon = icon(path("M3 7.5v5h3l4 3.5V4L6 7.5H3zM13.5 8l4 4M17.5 8l-4 4"));
export const SunIcon = icon(
  path(
    "M10 13.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1" +
      "M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1",
  ),
);
export const MoonIcon = icon(path("M16.5 12A7 7 0 018 3.5a7 7 0 108.5 8.5z"));
export const ScreenIcon = icon(path("M3.5 4h13A1 1 0 0117.5 5v8a1 1 0 01-1 1h-13a1 1 0 01-1-1V5a1 1 0 011-1zM7 17h6"));
export const KeyboardIcon = icon(
  path("M3 5h14a1 1 0 011 1v8a1 1 0 01-1 1H3a1 1 0 01-1-1V6a1 1 0 011-1zM5 8h.1M8.3 8h.1M11.6 8h.1M15 8h.1M6.5 12h7"),
);
export const SignOutIcon = icon(path("M8 3.5H4.5a1 1 0 00-1 1v11a1 1 0 001 1H8M12.5 6.5L16 10l-3.5 3.5M16 10H7.5"), true);
export const PanelIcon = icon(path("M3.5 4h13a1 1 0 011 1v10a1 1 0 01-1 1h-13a1 1 0 01-1-1V5a1 1 0 011-1zM12.5 4v12"), true);
export const PersonIcon = icon(path("M10 10a3.2 3.2 0 100-6.5A3.2 3.2 0 0010 10zM3.8 16.5a6.3 6.3 0 0112.4 0"));
export const RetryIcon = icon(path("M16 10a6 6 0 11-1.8-4.3L16 7.5M16 3.5v4h-4"));
export const CopyIcon = icon(
  path(
    "M7.5 7.5h8a1 1 0 011 1v7a1 1 0 01-1 1h-8a1 1 0 01-1-1v-7a1 1 0 011-1z" + "M13.5 7.5v-3a1 1 0 00-1-1h-8a1 1 0 00-1 1v7a1 1 0 001 1h2",
  ),
);
export const CloudOffIcon = icon(path("M6 15.5h8.5a3 3 0 00.7-5.9A5 5 0 008 5.3M5.5 8.3A3.7 3.7 0 006 15.5M3 3l14 14"));
export const StarIcon = icon(path("M10 2.8l2.2 4.6 5 .7-3.6 3.5.9 5L10 14.2l-4.5 2.4.9-5L2.8 8.1l5-.7L10 2.8z"));
