// SPDX-License-Identifier: Apache-2.0
import { useMemo } from "preact/hooks";
import { Composer } from "../parts/composer";
import { MessageList } from "../parts/message_list";
import { QueueCard } from "../parts/queue_card";
import { sameDay } from "../parts/use_transcript";
import { type ChatView, isComplete, screenOf, type State } from "../state";
import { timeline } from "../timeline";
import { Ended } from "./ended";

/** The conversation from the queue to its end: the messages, and below them what can be done now. */
export function ConversationScreen({ state, chat }: { state: State; chat: ChatView }) {
  const screen = screenOf(state);
  const items = useMemo(() => timeline(chat, state.departments, sameDay, Date.now()), [chat, state.departments]);
  return (
    <div class="conversation">
      {screen === "waiting" && <QueueCard chat={chat} />}
      <MessageList items={items} typing={chat.typing} agent={chat.info.agent} live={isComplete(chat)} />
      {screen === "ended" ? <Ended state={state} chat={chat} /> : <Composer textBytes={state.textBytes} />}
    </div>
  );
}
