// SPDX-License-Identifier: Apache-2.0
import { AgentState } from "@switchboard/sdk";
import { Button, ChatIcon, ChatsIcon, EmptyState } from "@switchboard/ui/components";
import { useDesk } from "../desk_context";
import { panels } from "../panels";
import { route } from "../route";
import { useStore } from "../store";
import { t } from "../texts";
import { ChatList } from "./chat_list";
import { ChatView } from "./chat_view";
import { DetailsPanel } from "./details_panel";

/** The agent's chats: the list, the one that is open, and its details. On phones the list and the chat are two screens. */
export function ChatsPage() {
  const desk = useDesk();
  const { chatId } = useStore(route);
  const { details } = useStore(panels);
  const chat = desk.chat(chatId);
  return (
    <div class="chats" data-screen={chat ? "chat" : "list"}>
      <h1 class="sb-visually-hidden">{t("header.chats")}</h1>
      <ChatList />
      <div class="chats-main">{chat ? <ChatView key={chat.id} chat={chat} /> : <NoChat />}</div>
      {chat && details && <DetailsPanel chat={chat} />}
    </div>
  );
}

function NoChat() {
  const desk = useDesk();
  if (desk.chats.length > 0) return <EmptyState icon={<ChatIcon size={28} />} title={t("chat.choose")} children={t("chat.chooseHint")} />;
  if (desk.status?.state === AgentState.AVAILABLE) {
    return <EmptyState icon={<ChatsIcon size={28} />} title={t("chat.none")} children={t("chat.noneAvailable")} />;
  }
  return (
    <EmptyState
      icon={<ChatsIcon size={28} />}
      title={t("chat.none")}
      action={
        <Button variant="primary" onClick={() => desk.trySetState(AgentState.AVAILABLE)}>
          {t("chat.goAvailable")}
        </Button>
      }
    >
      {t("chat.noneAway")}
    </EmptyState>
  );
}
