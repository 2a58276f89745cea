// SPDX-License-Identifier: Apache-2.0
import { useLayoutEffect, useRef } from "preact/hooks";
import { useSurface } from "../context";
import { ChatIcon } from "./icons";

let wasOpen = false;

/** The bubble; after the panel was closed it has the focus. */
export function Launcher({ unread }: { unread: number }) {
  const { store, t } = useSurface();
  const button = useRef<HTMLButtonElement>(null);
  // Before the page hears of the closing: it may give the focus to another element then.
  useLayoutEffect(() => {
    if (wasOpen) button.current?.focus({ preventScroll: true });
    return () => void (wasOpen = true);
  }, []);
  const name = unread > 0 ? t("launcher.unread", { count: unread }) : t("launcher.open");
  return (
    <main>
      <h1 class="hidden">{t("panel.label")}</h1>
      <button
        ref={button}
        type="button"
        class="launcher"
        aria-label={name}
        aria-expanded="false"
        onClick={() => store.setOpen(true)}
      >
        <ChatIcon />
        {unread > 0 && (
          <span class="launcher-count" aria-hidden="true">
            {unread > 9 ? "9+" : unread}
          </span>
        )}
      </button>
    </main>
  );
}
