// SPDX-License-Identifier: Apache-2.0
import { Role } from "@switchboard/sdk";
import { Avatar, Badge, ClockIcon, VisuallyHidden } from "@switchboard/ui/components";
import type { Chat } from "../chat";
import { useDesk } from "../desk_context";
import { draftOf } from "../draft";
import { panels } from "../panels";
import { Elapsed } from "../parts/elapsed";
import { hrefOf, route } from "../route";
import { useStore } from "../store";
import { customerName, t, time } from "../texts";
import { WaitingLists } from "./waiting_list";

/** The agent's chats. One stop for Tab; arrows move within it. */
export function ChatList() {
  const desk = useDesk();
  const { chatId } = useStore(route);
  const { chats } = desk;
  const stop = chats.some(({ id }) => id === chatId) ? chatId : chats[0]?.id;
  return (
    <nav class="chat-list" aria-label={t("list.label")}>
      <h2 class="chat-list-title">
        {t("list.title")}
        {chats.length > 0 && <Badge>{chats.length}</Badge>}
      </h2>
      {chats.length === 0 && <p class="chat-list-empty">{t("list.empty")}</p>}
      <ul onKeyDown={moveFocus}>
        {chats.map((chat) => (
          <li key={chat.id}>
            <ChatItem chat={chat} open={chat.id === chatId} tabIndex={chat.id === stop ? 0 : -1} />
          </li>
        ))}
      </ul>
      <WaitingLists />
    </nav>
  );
}

function ChatItem({ chat, open, tabIndex }: { chat: Chat; open: boolean; tabIndex: number }) {
  const { unread, waitingSince, lastText } = chat;
  const name = customerName(chat.customerName);
  return (
    <a
      class={`chat-item ${unread > 0 ? "chat-item-unread" : ""}`}
      href={hrefOf({ page: "chats", chatId: chat.id })}
      tabIndex={tabIndex}
      onClick={() => panels.focusComposer()}
      {...(open ? { "aria-current": "true" as const } : {})}
    >
      <Avatar name={name} colourKey={chat.id} />
      <span class="chat-item-name">{name}</span>
      <span class="chat-item-time">
        {waitingSince !== undefined ? (
          <span class="chat-item-waiting" title={t("list.waiting")}>
            <ClockIcon size={12} />
            <VisuallyHidden>{t("list.waiting")} </VisuallyHidden>
            <Elapsed sinceMs={waitingSince} coloured />
          </span>
        ) : (
          lastText && time.clock(lastText.ms)
        )}
      </span>
      <span class="chat-item-preview">
        <Preview chat={chat} />
      </span>
      <span class="chat-item-marks">
        {chat.released && <Badge tone="bad">{t("list.released")}</Badge>}
        {chat.consulting && <Badge tone="note">{t("list.asked")}</Badge>}
        {chat.inWrapUp && <Badge tone="caution">{t("list.wrapUp")}</Badge>}
        {unread > 0 && (
          <span class="unread" role="img" aria-label={t("list.unread", { count: unread })}>
            {unread > 99 ? "99+" : unread}
          </span>
        )}
      </span>
    </a>
  );
}

function Preview({ chat }: { chat: Chat }) {
  const desk = useDesk();
  const { lastText, typing } = chat;
  if (typing.includes("")) return <em class="chat-item-typing">{t("list.typing")}</em>;
  const draft = draftOf(chat.id).text;
  if (draft && chat.id !== route.chatId) return <>{t("list.draft", { text: draft })}</>;
  if (!lastText) return <>{t("list.noText")}</>;
  if (lastText.kind === "note") return <>{t("list.note", { text: lastText.text })}</>;
  const own = lastText.role !== Role.CUSTOMER && lastText.senderId === desk.selfId;
  return <>{own ? t("list.own", { text: lastText.text }) : lastText.text}</>;
}

function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(".chat-item")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const targets: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  const target = targets[event.key];
  if (at < 0 || target === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  items[Math.min(items.length - 1, Math.max(0, target))]?.focus();
}
