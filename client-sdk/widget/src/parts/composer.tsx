// SPDX-License-Identifier: Apache-2.0
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useSurface } from "../context";
import { byteLength } from "../text";
import { SendIcon } from "./icons";

/** From so few bytes left on the counter is shown. */
const COUNTED_BYTES = 200;

/** Where the customer writes. Enter sends; Shift+Enter begins a new line. */
export function Composer({ textBytes }: { textBytes: number }) {
  const { store, t } = useSurface();
  const [text, setText] = useState(store.draft);
  const area = useRef<HTMLTextAreaElement>(null);
  const left = textBytes - byteLength(text.trim());
  const maySend = text.trim() !== "" && left >= 0;
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    // The border is not part of scrollHeight; the style sheet limits the height.
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`;
  }, [text]);

  const keep = (next: string) => {
    store.draft = next;
    setText(next);
  };
  const write = (next: string) => {
    keep(next);
    store.setTyping(next.trim() !== "");
  };
  const send = () => {
    if (!maySend) return;
    store.send(text.trim());
    keep("");
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also ends the composition of a character; then it is not ours.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={area}
        class="composer-text"
        rows={1}
        dir="auto"
        data-first
        aria-label={t("talk.message")}
        aria-describedby={left < COUNTED_BYTES ? "composer-count" : undefined}
        aria-invalid={left < 0}
        placeholder={t("talk.placeholder")}
        value={text}
        onInput={({ currentTarget }) => write(currentTarget.value)}
        onBlur={() => store.setTyping(false)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="composer-send" aria-label={t("talk.send")} aria-disabled={!maySend}>
        <SendIcon />
      </button>
      {left < COUNTED_BYTES && (
        <p id="composer-count" class={left < 0 ? "composer-count composer-over" : "composer-count"} role="status">
          {t(left < 0 ? "talk.over" : "talk.left", { count: Math.abs(left) })}
        </p>
      )}
    </form>
  );
}
