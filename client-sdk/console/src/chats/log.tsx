// SPDX-License-Identifier: Apache-2.0
import { Button, DownIcon } from "@switchboard/ui/components";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat";
import { useDesk } from "../desk_context";
import { customerName, t, time } from "../texts";
import { Happening } from "./happening";
import { type Entry, entriesOf, namesIn } from "./log_view";
import { MessageGroup } from "./message_group";

/** So many events are drawn at first, and more at a time on the way up: a log of thousands opens as fast as one of ten. */
const PAGE = 120;
/** So near to the start more is fetched. */
const NEAR_START_PX = 80;
/** So near to the end counts as being at the end. */
const NEAR_END_PX = 64;

/** What was said and what happened. Follows the end while the reader is there, and marks as read what is in sight. */
export function Log({ chat }: { chat: Chat }) {
  const view = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState(PAGE);
  const { atEnd, news, toEnd, onScroll } = useFollowedEnd(view, chat);
  useReading(chat, atEnd);

  const earlier = chat.conversation.log.length > shown;
  const showEarlier = () => keepPlace(view.current, () => setShown(shown + PAGE));
  const scrolled = () => {
    onScroll();
    if (earlier && view.current && view.current.scrollTop < NEAR_START_PX) showEarlier();
  };
  return (
    <div class="log-frame">
      <div ref={view} class="log" role="log" aria-label={t("log.label")} aria-live="polite" tabIndex={0} onScroll={scrolled}>
        {earlier && (
          <Button size="small" variant="quiet" class="log-earlier" onClick={showEarlier}>
            {t("log.earlier")}
          </Button>
        )}
        <Entries chat={chat} shown={shown} />
        <Typing chat={chat} />
      </div>
      {!atEnd && (
        <Button size="small" class="log-to-end" icon={<DownIcon size={16} />} onClick={toEnd}>
          {news ? t("log.new") : t("log.toEnd")}
        </Button>
      )}
    </div>
  );
}

function Entries({ chat, shown }: { chat: Chat; shown: number }) {
  const desk = useDesk();
  const { log } = chat.conversation;
  const names = namesIn(log);
  const entries = entriesOf({
    log: log.slice(-shown),
    unsent: chat.unsent,
    rejected: chat.rejected,
    selfId: desk.selfId,
    customerHorizons: chat.info.customerHorizons,
    now: desk.clock.now(),
  });
  return (
    <>
      {entries.map((entry) => (
        <LogEntry key={entry.key} entry={entry} chat={chat} names={names} />
      ))}
    </>
  );
}

function LogEntry({ entry, chat, names }: { entry: Entry; chat: Chat; names: Map<string, string> }) {
  if (entry.type === "day") {
    return (
      <div class="log-day">
        <span>{time.day(entry.ms)}</span>
      </div>
    );
  }
  if (entry.type === "happening") return <Happening event={entry.event} names={names} customer={customerName(chat.customerName)} />;
  return <MessageGroup group={entry} chat={chat} names={names} />;
}

function Typing({ chat }: { chat: Chat }) {
  const who = chat.typing.map((name) => (name === "" ? customerName(chat.customerName) : name));
  return (
    <div class="log-typing" aria-live="off">
      {who.length > 0 && (
        <>
          <span class="typing-dots" aria-hidden="true">
            <span />
            <span />
            <span />
          </span>
          {t("log.typing", { names: who.join(", ") })}
        </>
      )}
    </div>
  );
}

// What is added above must not move what is being read.
function keepPlace(view: HTMLDivElement | null, grow: () => void): void {
  const below = view ? view.scrollHeight - view.scrollTop : 0;
  grow();
  requestAnimationFrame(() => view && (view.scrollTop = view.scrollHeight - below));
}

interface FollowedEnd {
  /** The end of the log is in sight. */
  atEnd: boolean;
  /** Something came while it was not. */
  news: boolean;
  toEnd: () => void;
  onScroll: () => void;
}

function useFollowedEnd(view: { current: HTMLDivElement | null }, chat: Chat): FollowedEnd {
  const [atEnd, setAtEnd] = useState(true);
  const seen = useRef(0);
  const length = chat.conversation.log.length;
  const toEnd = () => {
    if (view.current) view.current.scrollTop = view.current.scrollHeight;
    setAtEnd(true);
  };
  const own = chat.unsent.length + chat.rejected.length;
  useLayoutEffect(() => {
    if (own > 0) toEnd();
  }, [own]);
  useLayoutEffect(() => {
    if (!atEnd) return;
    seen.current = length;
    toEnd();
  });
  useEffect(() => {
    if (!view.current) return;
    // The composer grows, keyboards of phones come and go.
    const observer = new ResizeObserver(() => atEnd && toEnd());
    observer.observe(view.current);
    return () => observer.disconnect();
  }, [atEnd]);
  const onScroll = () => {
    const element = view.current;
    if (element) setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX);
  };
  return { atEnd, news: length > seen.current, toEnd, onScroll };
}

function useReading(chat: Chat, atEnd: boolean): void {
  const length = chat.conversation.log.length;
  useEffect(() => {
    const read = () => atEnd && !document.hidden && document.hasFocus() && chat.markRead();
    read();
    document.addEventListener("visibilitychange", read);
    addEventListener("focus", read);
    return () => {
      document.removeEventListener("visibilitychange", read);
      removeEventListener("focus", read);
    };
  }, [chat, length, atEnd]);
}
