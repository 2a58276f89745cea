// SPDX-License-Identifier: Apache-2.0
import { useSurface } from "../context";
import type { State } from "../state";
import { timeline } from "../timeline";
import { transcript } from "../transcript";

/** The function that hands the person the transcript as a file, made here from what is here; undefined without a conversation. */
export function useTranscript({ chat, departments }: State): (() => void) | undefined {
  const { i18n, times } = useSurface();
  if (!chat) return undefined;
  return () => {
    const items = timeline(chat, departments, sameDay, Date.now());
    const text = transcript(items, Number(chat.info.startedMs), i18n, times);
    const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `${i18n.t("transcript.file")}.txt`;
    link.click();
    // The browser reads it after the click has been handled.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };
}

/** Whether both times are on one day of this browser's calendar. */
export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
