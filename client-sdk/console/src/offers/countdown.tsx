// SPDX-License-Identifier: Apache-2.0
import { useRef } from "preact/hooks";
import { useSeconds } from "../clock";
import { useDesk } from "../desk_context";
import { t } from "../texts";

const RADIUS = 20;
const AROUND = 2 * Math.PI * RADIUS;
/** From here on the time is short. */
const SHORT_MS = 6000;

/** The time until the deadline, by the server's clock: a number, and a ring that empties. */
export function Countdown({ deadlineMs, seenMs }: { deadlineMs: number; seenMs: number }) {
  const desk = useDesk();
  useSeconds();
  // The ring is an animation of its own, begun once: only the number is drawn every second.
  const total = useRef(Math.max(1000, deadlineMs - seenMs));
  const gone = useRef(desk.clock.now() - seenMs);
  const left = Math.max(0, deadlineMs - desk.clock.now());
  const seconds = Math.ceil(left / 1000);
  return (
    <div
      class={`countdown ${left < SHORT_MS ? "countdown-short" : ""}`}
      role="timer"
      aria-live="off"
      aria-label={t("offer.left", { count: seconds })}
    >
      <svg width="48" height="48" viewBox="0 0 48 48" fill="none" aria-hidden="true">
        <circle class="countdown-track" cx="24" cy="24" r={RADIUS} stroke-width="4" />
        <circle
          class="countdown-ring"
          cx="24"
          cy="24"
          r={RADIUS}
          stroke-width="4"
          stroke-linecap="round"
          stroke-dasharray={AROUND}
          style={{ animationDuration: `${total.current}ms`, animationDelay: `${-gone.current}ms` }}
        />
      </svg>
      <span class="countdown-number" aria-hidden="true">
        {seconds}
      </span>
    </div>
  );
}
