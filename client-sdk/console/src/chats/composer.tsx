// SPDX-License-Identifier: Apache-2.0
import type { MessageKind } from "@switchboard/sdk";
import { Button, ChatIcon, NoteIcon, SendIcon } from "@switchboard/ui/components";
import type { Ref } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat";
import { useDesk } from "../desk_context";
import { type Draft, draftOf } from "../draft";
import { panels } from "../panels";
import { useStore } from "../store";
import { t } from "../texts";
import { byteLength } from "../words";

/** From this part of the limit on the rest is counted. */
const NEAR_LIMIT = 0.8;

/** Where messages and notes are written. Enter sends, Shift+Enter begins a line; what is written is kept per chat. */
export function Composer({ chat }: { chat: Chat }) {
  const desk = useDesk();
  const field = useRef<HTMLTextAreaElement>(null);
  const { draft, write } = useDraft(chat);
  useComposerFocus(field);
  useGrowing(field, draft.text);

  const bytes = byteLength(draft.text);
  const ready = draft.text.trim() !== "" && bytes <= desk.textBytes;
  const send = () => {
    if (!ready) return;
    const text = draft.text.trim();
    write(kind, "");
    chat.send(kind, text);
    field.current?.focus();
  };
  // Who is only asked about a chat writes to colleagues, whatever a shortcut says.
  const note = draft.kind === "note" || chat.consulting;
  const kind: MessageKind = note ? "note" : "message";
  const submit = (event: Event) => {
    event.preventDefault();
    send();
  };
  const choose = (chosen: MessageKind) => {
    write(chosen, draft.text);
    field.current?.focus();
  };
  return (
    <form class={`composer ${note ? "composer-note" : ""}`} onSubmit={submit}>
      <Writing field={field} chat={chat} note={note} text={draft.text} onWrite={(text) => write(kind, text)} onSend={send} />
      <div class="composer-foot">
        {chat.consulting ? <span class="composer-only">{t("consult.notesOnly")}</span> : <KindSwitch kind={kind} onChoose={choose} />}
        <BytesLeft left={desk.textBytes - bytes} limit={desk.textBytes} />
        <Button type="submit" variant="primary" icon={<SendIcon size={18} />} disabled={!ready} class="composer-send">
          {note ? t("composer.addNote") : t("composer.send")}
        </Button>
      </div>
    </form>
  );
}

function useDraft(chat: Chat): { draft: Draft; write: (kind: MessageKind, text: string) => void } {
  const draft = draftOf(chat.id);
  const [, draw] = useState(0);
  const write = (kind: MessageKind, text: string) => {
    draft.set(kind, text);
    if (!chat.consulting) chat.conversation.setTyping(kind === "message" && text.trim() !== "");
    draw((count) => count + 1);
  };
  return { draft, write };
}

interface WritingProps {
  field: Ref<HTMLTextAreaElement>;
  chat: Chat;
  note: boolean;
  text: string;
  onWrite: (text: string) => void;
  onSend: () => void;
}

function Writing({ field, chat, note, text, onWrite, onSend }: WritingProps) {
  const name = chat.customerName || t("customer.theCustomer");
  return (
    <textarea
      id="composer"
      ref={field}
      class="composer-field"
      rows={1}
      aria-label={note ? t("composer.note") : t("composer.message")}
      placeholder={note ? t("composer.notePlaceholder") : t("composer.messagePlaceholder", { name })}
      value={text}
      onInput={(event) => onWrite(event.currentTarget.value)}
      onBlur={() => !chat.consulting && chat.conversation.setTyping(false)}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.blur();
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        onSend();
      }}
    />
  );
}

function KindSwitch({ kind, onChoose }: { kind: MessageKind; onChoose: (kind: MessageKind) => void }) {
  const name = useId();
  const option = (value: MessageKind, text: string, icon: preact.JSX.Element) => (
    <label class={`segment segment-${value}`}>
      <input type="radio" name={name} checked={kind === value} onChange={() => onChoose(value)} />
      {icon}
      {text}
    </label>
  );
  return (
    <div class="segments" role="radiogroup" aria-label={t("composer.kind")}>
      {option("message", t("composer.kindMessage"), <ChatIcon size={16} />)}
      {option("note", t("composer.kindNote"), <NoteIcon size={16} />)}
    </div>
  );
}

function BytesLeft({ left, limit }: { left: number; limit: number }) {
  const near = left < limit * (1 - NEAR_LIMIT);
  return (
    <span class={`composer-left ${left < 0 ? "composer-over" : ""}`} role="status">
      {near && (left < 0 ? t("composer.over", { count: -left }) : t("composer.left", { count: left }))}
    </span>
  );
}

function useComposerFocus(field: { current: HTMLTextAreaElement | null }): void {
  useStore(panels);
  useEffect(() => {
    // On phones the keyboard would cover what is to be read first.
    if (panels.takeComposerWish() && !matchMedia("(pointer: coarse)").matches) field.current?.focus();
  });
}

function useGrowing(field: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const fit = () => {
      const element = field.current;
      if (!element) return;
      element.style.blockSize = "auto";
      element.style.blockSize = `${element.scrollHeight}px`;
    };
    fit();
    // In another width the same text has another height.
    addEventListener("resize", fit);
    return () => removeEventListener("resize", fit);
  }, [text]);
}
