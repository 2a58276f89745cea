// SPDX-License-Identifier: Apache-2.0
import { Avatar, BackIcon, Banner, Button, DoneIcon, IconButton, PanelIcon, TransferIcon, WarningIcon } from "@switchboard/ui/components";
import type { Chat } from "../chat";
import { useDesk } from "../desk_context";
import { type DialogName, dialogs } from "../dialogs";
import { panels } from "../panels";
import { hrefOf, route } from "../route";
import { useStore } from "../store";
import { customerName, t } from "../texts";
import { humanised } from "../words";
import { Composer } from "./composer";
import { ConsultBar } from "./consult_bars";
import { DETAILS_BUTTON } from "./details_panel";
import { Log } from "./log";
import { WrapUpBar } from "./wrap_up_bar";

/** One chat: who it is with, what was said, and what can be done. */
export function ChatView({ chat }: { chat: Chat }) {
  return (
    <section class="chat" aria-label={t("chat.with", { name: customerName(chat.customerName) })}>
      <ChatHeader chat={chat} />
      <ConsultBar chat={chat} />
      <Log chat={chat} />
      {chat.released ? <ReleasedBar chat={chat} /> : chat.inWrapUp ? <WrapUpBar chat={chat} /> : <Composer chat={chat} />}
    </section>
  );
}

function ChatHeader({ chat }: { chat: Chat }) {
  const desk = useDesk();
  const name = customerName(chat.customerName);
  const { department, topic } = chat.info;
  return (
    <header class="chat-header">
      <a class="sb-icon-button chat-back" href={hrefOf({ page: "chats" })} aria-label={t("chat.back")}>
        <BackIcon />
      </a>
      <Avatar name={name} colourKey={chat.id} />
      <div class="chat-who">
        <h2>{name}</h2>
        <p>
          {desk.departmentName(department)}
          {topic && ` · ${humanised(topic)}`}
        </p>
      </div>
      <ChatActions active={!chat.released && !chat.inWrapUp && !chat.consulting} />
    </header>
  );
}

function ChatActions({ active }: { active: boolean }) {
  const { details } = useStore(panels);
  const action = (name: DialogName, text: string, icon: preact.JSX.Element) => (
    <Button class="chat-action" icon={icon} onClick={() => dialogs.show(name)} title={text}>
      {text}
    </Button>
  );
  return (
    <div class="chat-actions">
      {active && action("transfer", t("chat.transfer"), <TransferIcon size={18} />)}
      {active && action("close", t("chat.close"), <DoneIcon size={18} />)}
      <IconButton
        id={DETAILS_BUTTON}
        label={t("chat.details")}
        icon={<PanelIcon />}
        aria-pressed={details}
        onClick={() => panels.toggleDetails()}
      />
    </div>
  );
}

function ReleasedBar({ chat }: { chat: Chat }) {
  const desk = useDesk();
  const remove = () => {
    desk.dismissChat(chat);
    route.go({ page: "chats" });
  };
  return (
    <Banner
      tone="caution"
      icon={<WarningIcon />}
      actions={
        <Button size="small" onClick={remove}>
          {t("chat.remove")}
        </Button>
      }
    >
      {t("chat.released")}
    </Banner>
  );
}
