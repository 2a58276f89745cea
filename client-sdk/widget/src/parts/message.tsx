// SPDX-License-Identifier: Apache-2.0
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { useSurface } from "../context";
import { initials, linkify } from "../text";
import type { Item, Mark, MessageItem, Rejected } from "../timeline";
import { ClockMark, OneTick, TwoTicks } from "./icons";

/** One line of the conversation. */
export function Line({ item, next }: { item: Item; next: Item | undefined }) {
  const { t, times } = useSurface();
  if (item.kind === "day") return <li class="day">{times.day(item.ms)}</li>;
  if (item.kind === "notice") {
    return (
      <li class="notice" dir="auto">
        {t(item.text, item.params)}
      </li>
    );
  }
  if (item.kind === "warning") return <WarningLine closesMs={item.closesMs} pending={item.pending} />;
  if (item.kind === "rejected") return <RejectedLine rejected={item.rejected} />;
  const nextMark = next?.kind === "message" && next.own ? next.mark : undefined;
  return <Message message={item} withMeta={item.last || (item.own && item.mark !== nextMark)} />;
}

// What keeps the chat open is a message, so the button sends one and says which.
function WarningLine({ closesMs, pending }: { closesMs: number; pending: boolean }) {
  const { store, t, times } = useSurface();
  if (!pending) return <li class="notice">{t("warning.past")}</li>;
  return (
    <li class="notice warning">
      <p>{t("warning.text", { time: times.clock(closesMs) })}</p>
      <button type="button" class="button" onClick={() => store.send(t("warning.here"))}>
        {t("warning.here")}
      </button>
    </li>
  );
}

function Message({ message, withMeta }: { message: MessageItem; withMeta: boolean }) {
  const { t, times } = useSurface();
  const { own, first, last, ms, mark, text } = message;
  const author = own ? t("talk.you") : message.author || t("talk.agent");
  const classes = ["message", own ? "message-own" : "message-other", first && "message-first", last && "message-last"];
  return (
    <li class={classes.filter(Boolean).join(" ")}>
      {!own && (
        <span class="avatar avatar-small" aria-hidden="true">
          {last && initials(author)}
        </span>
      )}
      <div class="message-body">
        {first && !own ? (
          <span class="message-author" dir="auto">
            {author}
          </span>
        ) : (
          <span class="hidden">{author}</span>
        )}
        <p class="bubble" dir="auto">
          <Text text={text} />
        </p>
        {withMeta && (
          <span class="message-meta">
            {mark !== "unsent" && <time dateTime={new Date(ms).toISOString()}>{times.clock(ms)}</time>}
            {mark && <MarkIcon mark={mark} />}
          </span>
        )}
      </div>
    </li>
  );
}

function Text({ text }: { text: string }) {
  return (
    <>
      {linkify(text).map((piece) =>
        piece.href === undefined ? (
          piece.text
        ) : (
          <a href={piece.href} target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        ),
      )}
    </>
  );
}

const MARKS: Record<Mark, () => JSX.Element> = { unsent: ClockMark, sent: OneTick, delivered: TwoTicks, read: TwoTicks };

function MarkIcon({ mark }: { mark: Mark }) {
  const { t } = useSurface();
  const Icon = MARKS[mark];
  return (
    <span class={`mark mark-${mark}`} role="img" aria-label={t(`mark.${mark}`)} title={t(`mark.${mark}`)}>
      <Icon />
    </span>
  );
}

function RejectedLine({ rejected }: { rejected: Rejected }) {
  const { store, t } = useSurface();
  const [copied, setCopied] = useState(false);
  const { id, text, closed } = rejected;
  const bubble = useRef<HTMLParagraphElement>(null);
  // The clipboard's own interface is closed to a frame that the page has not given the right.
  const copy = () => {
    if (bubble.current) getSelection()?.selectAllChildren(bubble.current);
    setCopied(document.execCommand("copy"));
  };
  return (
    <li class="message message-own message-rejected">
      <div class="message-body">
        <p class="bubble" ref={bubble} dir="auto">
          {text}
        </p>
        <span class="message-meta">
          <strong role="alert">{t("rejected.text")}</strong>
          <button type="button" class="link" onClick={() => (closed ? store.newChat() : store.retry(id))}>
            {t(closed ? "rejected.newChat" : "rejected.retry")}
          </button>
          <button type="button" class="link" onClick={copy}>
            {t(copied ? "rejected.copied" : "rejected.copy")}
          </button>
          <button type="button" class="link" onClick={() => store.discard(id)}>
            {t("rejected.discard")}
          </button>
        </span>
      </div>
    </li>
  );
}

/** Somebody of the other side is writing. */
export function TypingLine({ name }: { name: string }) {
  const { t } = useSurface();
  return (
    <li class="message message-other message-first message-last">
      <span class="avatar avatar-small" aria-hidden="true">
        {initials(name)}
      </span>
      <p class="bubble typing" role="img" aria-label={t("talk.typing", { name })}>
        <span />
        <span />
        <span />
      </p>
    </li>
  );
}
