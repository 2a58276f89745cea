// SPDX-License-Identifier: Apache-2.0
import type { Participant } from "@switchboard/sdk";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useSurface } from "../context";
import type { Item } from "../timeline";
import { DownIcon } from "./icons";
import { Line, TypingLine } from "./message";

/** So near to the end counts as being there. */
const NEAR_PX = 48;

interface ListProps {
  readonly items: readonly Item[];
  readonly typing: Participant | undefined;
  readonly agent: Participant | undefined;
  /** What is added is news, to be read out; before, it is an old log that is being told. */
  readonly live: boolean;
}

/** The messages. Stays at the newest one unless the person has scrolled up; then a button tells what has come. */
export function MessageList({ items, typing, agent, live }: ListProps) {
  const { t } = useSurface();
  const { box, atEnd, missed, toEnd } = useStickyEnd(items, typing !== undefined);
  return (
    <div class="log-place">
      <div class="log" ref={box} role="log" aria-live={live ? "polite" : "off"} aria-label={t("talk.log")} tabIndex={0}>
        <ol class="log-lines">
          {items.map((item, index) => (
            <Line key={item.key} item={item} next={items[index + 1]} />
          ))}
          {typing && <TypingLine name={typing.name || agent?.name || t("talk.agent")} />}
        </ol>
      </div>
      {!atEnd && (
        <button type="button" class="pill" onClick={toEnd}>
          <DownIcon />
          {missed > 0 ? t("talk.new", { count: missed }) : t("talk.latest")}
        </button>
      )}
    </div>
  );
}

function useStickyEnd(items: readonly Item[], typing: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const [atEnd, setAtEnd] = useState(true);
  const [seen, setSeen] = useState(items.length);
  const own = items.filter((item) => item.kind === "message" && item.own).length;
  const toEnd = () => {
    stuck.current = true;
    box.current?.scrollTo({ top: box.current.scrollHeight });
    setAtEnd(true);
  };
  // What one has written oneself is always shown.
  useLayoutEffect(toEnd, [own]);
  useLayoutEffect(() => {
    if (stuck.current) toEnd();
  }, [items, typing]);
  useEffect(() => {
    if (atEnd) setSeen(items.length);
  }, [atEnd, items.length]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      setAtEnd(stuck.current);
    };
    // A keyboard, or a growing composer, makes the list smaller: its end stays in sight.
    const resized = new ResizeObserver(() => stuck.current && toEnd());
    resized.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  const missed = items.slice(seen).filter((item) => item.kind === "message" && !item.own).length;
  return { box, atEnd, missed, toEnd };
}
